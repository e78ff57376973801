/**
 * A suspended instance stands still: its jobs, timers and subscriptions have no rows, so that nobody takes, fires or
 * meets them, and what moves tokens is refused or kept until it is resumed. Variables can be set, and it can be
 * canceled. Called instances run on; what they report is kept.
 */
import type { Key } from '../../base/key.ts'
import { runAgenda } from '../agenda.ts'
import type {
  Command,
  CommandType,
  ReceiveOutcome,
  Rejection,
  ResolveIncident,
  ResumeInstance,
  SuspendInstance,
} from '../command.ts'
import { offersOf } from '../offers.ts'
import { emit, type Transition } from '../transition.ts'
import { resolveIncident, unresolvable } from './operation.ts'
import { nobodyWaits, receiveOutcome } from './trigger.ts'

const keysOf = (rows: readonly { readonly key: Key }[]): readonly Key[] => rows.map(({ key }) => key)

export function suspendInstance(tx: Transition, _: SuspendInstance): Rejection | undefined {
  const { key, suspended } = tx.state
  if (suspended) return { kind: 'conflict', message: `process instance ${key} is suspended already` }
  withdraw(tx)
  return undefined
}

/** Nothing is on offer any more. */
export function withdraw(tx: Transition): void {
  const { jobs, timers, subscriptions } = offersOf(tx.state)
  emit(tx, {
    type: 'instance-suspended',
    key: tx.state.key,
    jobs: keysOf(jobs),
    timers: keysOf(timers),
    subscriptions: keysOf(subscriptions),
  })
}

/** What was kept is done in the order in which it came; what has become impossible meanwhile is dropped. */
export function resumeInstance(tx: Transition, _: ResumeInstance): Rejection | undefined {
  const { key, suspended, kept } = tx.state
  if (!suspended) return { kind: 'conflict', message: `process instance ${key} is not suspended` }
  offerAgain(tx)
  tx.agenda.push({ kind: 'check-conditions' })
  for (const command of kept) {
    if (tx.state.status !== 'active') break
    if (command.type === 'receive-outcome') receiveOutcome(tx, command)
    else resolveIncident(tx, command)
    runAgenda(tx)
  }
  return undefined
}

/** Ends the suspension, whatever comes then. */
export function offerAgain(tx: Transition): void {
  emit(tx, { type: 'instance-resumed', key: tx.state.key, ...offersOf(tx.state) })
}

const refuse = (tx: Transition): Rejection => ({
  kind: 'conflict',
  message: `process instance ${tx.state.key} is suspended: resume it first`,
})

function keepResolution(tx: Transition, command: ResolveIncident): Rejection | undefined {
  const { incidentKey } = command
  const known = tx.state.kept.some((kept) => 'incidentKey' in kept && kept.incidentKey === incidentKey)
  const rejection = unresolvable(tx, command)
  if (rejection !== undefined) return rejection
  if (!known) emit(tx, { type: 'command-kept', command })
  return undefined
}

function keepOutcome(tx: Transition, command: ReceiveOutcome): Rejection | undefined {
  const { childKey, elementInstanceKey, outcome } = command
  if (!tx.state.owners.has(childKey)) return nobodyWaits(childKey)
  const kept = { type: 'receive-outcome', childKey, elementInstanceKey, outcome } as const
  emit(tx, { type: 'command-kept', command: kept })
  return undefined
}

type Gate = ((tx: Transition, command: never) => Rejection | undefined) | undefined

/** What is done with a command instead of its own handler while the instance is suspended; undefined: that one. */
const gates = {
  'create-instance': undefined,
  'cancel-instance': undefined,
  'complete-job': refuse,
  'fail-job': refuse,
  'throw-job-error': refuse,
  'add-items': refuse,
  'update-job-retries': refuse,
  'publish-jobs': refuse,
  'complete-user-task': refuse,
  'update-user-task': refuse,
  'fire-timer': refuse,
  'trigger-subscription': refuse,
  'resolve-incident': keepResolution,
  'set-variables': undefined,
  'receive-outcome': keepOutcome,
  'suspend-instance': undefined,
  'resume-instance': undefined,
  'modify-instance': refuse,
  'activate-elements': refuse,
  'migrate-instance': undefined,
} as const satisfies Readonly<Record<CommandType, Gate>>

export const keepOrRefuse = gates as Readonly<
  Record<CommandType, ((tx: Transition, command: Command) => Rejection | undefined) | undefined>
>
