/**
 * One command in, events or a rejection out. Pure as a whole: time and keys are arguments.
 * D1 a rejected command changes nothing;
 * D2 the events, applied by `evolve` to the state before, give the state after;
 * D3 the same arguments give the same events.
 */
import type { Instant } from '../base/instant.ts'
import type { Key, KeySource } from '../base/key.ts'
import { limits } from '../base/limits.ts'
import { failure, type Result, success } from '../base/result.ts'
import { runAgenda } from './agenda.ts'
import {
  type Command,
  type CommandType,
  type CreateInstance,
  instanceCreated,
  type Rejection,
} from './command.ts'
import { activateElements } from './commands/activation.ts'
import { cancelInstance, createInstance } from './commands/instance.ts'
import { addItems } from './commands/items.ts'
import { completeJob, failJob, publishJobs, throwJobError, updateJobRetries } from './commands/job.ts'
import { migrateInstance } from './commands/migration.ts'
import { modifyInstance } from './commands/modification.ts'
import { resolveIncident, setVariables } from './commands/operation.ts'
import { keepOrRefuse, resumeInstance, suspendInstance } from './commands/suspension.ts'
import { fireTimer, receiveOutcome, triggerSubscription } from './commands/trigger.ts'
import { completeUserTask, updateUserTask } from './commands/user-task.ts'
import { behaviors } from './elements/behaviors.ts'
import type { Event } from './event.ts'
import { initialState } from './evolve.ts'
import type { Graph } from './graph.ts'
import { copyState, type InstanceState } from './state.ts'
import type { Transition } from './transition.ts'

export type DecideContext = {
  readonly now: Instant
  readonly keys: KeySource
  /** Definitions to migrate to. */
  readonly graphOf?: (definitionKey: Key) => Graph | undefined
}

type Handler<C extends Command> = (tx: Transition, command: C) => Rejection | undefined

const handlers = {
  'create-instance': createInstance,
  'cancel-instance': cancelInstance,
  'complete-job': completeJob,
  'fail-job': failJob,
  'throw-job-error': throwJobError,
  'add-items': addItems,
  'update-job-retries': updateJobRetries,
  'publish-jobs': publishJobs,
  'complete-user-task': completeUserTask,
  'update-user-task': updateUserTask,
  'fire-timer': fireTimer,
  'trigger-subscription': triggerSubscription,
  'resolve-incident': resolveIncident,
  'set-variables': setVariables,
  'receive-outcome': receiveOutcome,
  'suspend-instance': suspendInstance,
  'resume-instance': resumeInstance,
  'modify-instance': modifyInstance,
  'activate-elements': activateElements,
  'migrate-instance': migrateInstance,
} as const satisfies { [T in CommandType]: Handler<Extract<Command, { readonly type: T }>> }

/** By type of command. */
const handlerOf: ReadonlyMap<string, Handler<never>> = new Map(Object.entries(handlers))

/**
 * Decides on a state that the caller owns and changes it in place. After a throw the state is worthless.
 * A handler rejects before its first event or not at all (D1).
 */
export function execute(
  graph: Graph,
  state: InstanceState,
  command: Command,
  context: DecideContext,
): Result<readonly Event[], Rejection> {
  if (state.status !== 'active') {
    return failure({
      kind: 'not-found',
      message: `process instance ${state.key} has ended (${state.status})`,
    })
  }
  const tx: Transition = {
    graph,
    behaviors,
    state,
    now: context.now,
    keys: context.keys,
    graphOf: context.graphOf,
    events: [],
    agenda: [],
    throwers: [],
    allowance: limits.activationsPerCommand,
  }
  const handle =
    (state.suspended && keepOrRefuse[command.type]) || (handlerOf.get(command.type) as Handler<Command>)
  const rejection = handle(tx, command)
  if (rejection !== undefined) {
    if (tx.events.length > 0) throw new Error(`${command.type} was rejected after it had an effect`)
    return failure(rejection)
  }
  runAgenda(tx)
  return success(tx.events)
}

/** The state before the first command of an instance. */
export const unborn = (command: CreateInstance, processId: string): InstanceState =>
  initialState(instanceCreated(command, processId))

/** As `execute`, leaving `state` as it is. */
export function decide(
  graph: Graph,
  state: InstanceState,
  command: Command,
  context: DecideContext,
): Result<readonly Event[], Rejection> {
  return execute(graph, copyState(state), command, context)
}
