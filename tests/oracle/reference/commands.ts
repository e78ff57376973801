/** What each command makes possible: true when it has to be taken, false when it has to be refused. */
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Command, CreateInstance } from '@braid/core/engine/command.ts'
import type { EventType } from '@braid/core/engine/event.ts'
import type { ProcessNode } from '@braid/core/model/program.ts'
import { timerFired } from './armings.ts'
import { escalate, notifyParent, throwError } from './catching.ts'
import { enterAgain, finishWith } from './enter.ts'
import type { Wait, WaitKind } from './living.ts'
import { takeItems } from './loops.ts'
import type { Machine } from './machine.ts'
import { merge, set } from './variables.ts'

type Of<T extends Command['type']> = Extract<Command, { readonly type: T }>

/** Undefined: whether it is taken is not looked at. */
export function command(machine: Machine, asked: Command): boolean | undefined {
  if (asked.type === 'create-instance') return create(machine, asked)
  if (machine.root === undefined || !machine.living.has(machine.root.key)) return false
  switch (asked.type) {
    case 'cancel-instance':
      machine.doom(machine.root)
      if (asked.byCaller !== true) notifyParent(machine, 'terminated')
      return true
    case 'complete-job':
      return endJob(machine, asked.jobKey, 'job-completed', (wait) => wait.occur(asked.variables))
    case 'throw-job-error':
      return endJob(machine, asked.jobKey, 'job-error-thrown', ({ owner }) =>
        throwError(machine, owner, asked.code, asked.variables, () => enterAgain(machine, owner)),
      )
    case 'fail-job':
      return failJob(machine, asked)
    case 'add-items':
      return takeItems(machine, asked)
    case 'update-job-retries':
      return updateRetries(machine, asked)
    case 'complete-user-task':
      return occurs(machine, asked.userTaskKey, ['user-task'], 'user-task-completed', ({ occur }) =>
        occur(asked.variables),
      )
    case 'fire-timer':
      return fireTimer(machine, asked)
    case 'trigger-subscription':
      return trigger(machine, asked)
    case 'receive-outcome':
      return receive(machine, asked)
    case 'resolve-incident':
      return resolve(machine, asked)
    case 'set-variables':
      return change(machine, asked)
    default:
      return undefined
  }
}

function create(machine: Machine, asked: CreateInstance): boolean | undefined {
  const process = machine.node(machine.processId) as ProcessNode
  const starts = asked.startElement === undefined ? process.starts : [asked.startElement]
  const known = [...process.starts, ...process.triggeredStarts]
  if (starts.length === 0 || starts.some((id) => !known.includes(id))) return false
  machine.created = asked
  const root = machine.appear(asked.key, process, undefined)
  machine.root = root
  for (const type of ['instance-created', 'element-activated'] as const) {
    machine.expect({
      owner: root,
      says: `${type} of the process`,
      isIt: (event) => event.type === type && event.key === asked.key,
      happen: () => undefined,
    })
  }
  set(machine, root, asked.variables, () => undefined)
  // Of several start events without trigger the first; where there is none, all that no flow leads to (§13.2).
  const isStartEvent = starts.map((id) => machine.node(id).type === 'start-event')
  const used = asked.startElement === undefined && isStartEvent[0] === true ? starts.slice(0, 1) : starts
  for (const id of used) machine.activate(id, root)
  return true
}

/** Something that is waited for occurred, and is waited for no more. */
function occurs(
  machine: Machine,
  key: Key,
  kinds: readonly WaitKind[],
  type: EventType,
  then: (wait: Wait) => void,
): boolean {
  const wait = machine.waits.get(key)
  if (wait === undefined || !kinds.includes(wait.kind)) return false
  machine.expect({
    owner: wait.owner,
    says: `${type} at ${wait.element}`,
    isIt: (event) => event.type === type && (event as { readonly key?: Key }).key === key,
    happen: () => {
      machine.waits.delete(key)
      wait.owner.waits.delete(key)
      then(wait)
    },
  })
  return true
}

function endJob(machine: Machine, key: Key, type: EventType, then: (wait: Wait) => void): boolean {
  return occurs(machine, key, ['job'], type, (wait) => {
    const { owner } = wait
    for (const [incident, { job }] of owner.incidents)
      if (job === key) expectResolved(machine, owner, incident)
    then(wait)
  })
}

function expectResolved(machine: Machine, owner: Wait['owner'], incident: Key, then?: () => void): void {
  machine.expect({
    owner,
    says: `incident ${incident} is resolved`,
    isIt: (event) => event.type === 'incident-resolved' && event.key === incident,
    happen: () => {
      owner.incidents.delete(incident)
      then?.()
    },
  })
}

function failJob(machine: Machine, asked: Of<'fail-job'>): boolean {
  const wait = machine.waits.get(asked.jobKey)
  if (wait?.kind !== 'job' || wait.retries === 0) return false
  const { owner } = wait
  set(machine, owner, asked.variables, () => undefined)
  machine.expect({
    owner,
    says: `the job of ${wait.element} fails`,
    isIt: (event) =>
      event.type === 'job-failed' && event.key === asked.jobKey && event.retries === asked.retries,
    happen: () => {
      wait.retries = asked.retries
      if (asked.retries > 0) return
      machine.expectTrouble(owner, 'JOB_NO_RETRIES', () => undefined, undefined, asked.jobKey)
    },
  })
  return true
}

function updateRetries(machine: Machine, asked: Of<'update-job-retries'>): boolean {
  const wait = machine.waits.get(asked.jobKey)
  if (wait?.kind !== 'job' || asked.retries < 1) return false
  expectRetries(machine, asked.jobKey, wait, asked.retries)
  return true
}

function expectRetries(machine: Machine, job: Key, wait: Wait, retries: number): void {
  machine.expect({
    owner: wait.owner,
    says: `the job of ${wait.element} gets ${retries} retries`,
    isIt: (event) => event.type === 'job-retries-updated' && event.key === job && event.retries === retries,
    happen: () => {
      wait.retries = retries
    },
  })
}

function fireTimer(machine: Machine, { timerKey }: Of<'fire-timer'>): boolean {
  const wait = machine.waits.get(timerKey)
  if (wait === undefined || (wait.due ?? 0) > machine.now) return false
  return occurs(machine, timerKey, ['timer'], 'timer-fired', (fired) => timerFired(machine, fired))
}

/** A subscription stays open for the next occurrence, unless it is of an event that occurs once. */
function trigger(machine: Machine, { subscriptionKey, variables }: Of<'trigger-subscription'>): boolean {
  const wait = machine.waits.get(subscriptionKey)
  if (wait === undefined || (wait.kind !== 'message' && wait.kind !== 'signal')) return false
  machine.expect({
    owner: wait.owner,
    says: `${wait.kind} reaches ${wait.element}`,
    isIt: (event) => event.type === 'subscription-triggered' && event.key === subscriptionKey,
    happen: () => wait.occur(variables),
  })
  return true
}

function receive(machine: Machine, { childKey, outcome }: Of<'receive-outcome'>): boolean {
  const wait = machine.waits.get(childKey)
  if (wait?.kind !== 'call') return false
  const { owner } = wait
  const again = (): void => enterAgain(machine, owner)
  if (outcome.kind === 'escalation') {
    machine.expect({
      owner,
      says: `the call from ${wait.element} escalates`,
      isIt: (event) => event.type === 'escalation-received' && event.childKey === childKey,
      happen: () => escalate(machine, owner, outcome.code, outcome.variables, () => undefined),
    })
    return true
  }
  machine.expect({
    owner,
    says: `the call from ${wait.element} ends: ${outcome.kind}`,
    isIt: (event) =>
      event.type === 'call-ended' && event.childKey === childKey && event.outcome === outcome.kind,
    happen: () => {
      machine.waits.delete(childKey)
      owner.waits.delete(childKey)
      if (outcome.kind === 'completed')
        finishWith(machine, owner, givenBack(machine, wait, outcome.variables))
      else if (outcome.kind === 'error') throwError(machine, owner, outcome.code, outcome.variables, again)
      else machine.expectTrouble(owner, 'CALLED_ELEMENT_ERROR', again)
    },
  })
  return true
}

function givenBack(machine: Machine, { element }: Wait, variables: JsonObject): JsonObject {
  const node = machine.node(element)
  const call = node.type === 'loop' ? node.activity : node
  return call.type === 'call-activity' && call.call.propagateAllChildVariables ? variables : {}
}

function resolve(machine: Machine, { incidentKey, retries = 0 }: Of<'resolve-incident'>): boolean {
  for (const living of machine.living.values()) {
    const trouble = living.incidents.get(incidentKey)
    if (trouble === undefined) continue
    const job = trouble.job === undefined ? undefined : machine.waits.get(trouble.job)
    if (trouble.job !== undefined && job?.retries !== undefined) {
      if (Math.max(job.retries, retries) === 0) return false
      if (retries > job.retries) expectRetries(machine, trouble.job, job, retries)
    }
    expectResolved(machine, living, incidentKey, trouble.retry)
    return true
  }
  return false
}

function change(machine: Machine, { scope: key, variables, local }: Of<'set-variables'>): boolean {
  const scope = machine.living.get(key)
  if (scope === undefined) return false
  if (local) set(machine, scope, variables, () => undefined)
  else merge(machine, scope, variables, () => undefined)
  return true
}
