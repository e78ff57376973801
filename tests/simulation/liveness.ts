/**
 * After the faults: everything must come to its end (I18), nothing that was published is forgotten (I10), and at the
 * end nobody owns anything (I11, I17, I19).
 */
import type { Key } from '@braid/core/base/key.ts'
import type { InstanceState } from '@braid/core/engine/state.ts'
import { repeatedMessageName, repeatedSignalName, switches } from '../oracle/grammar/writing.ts'
import { claimName, match } from './model-match.ts'
import type { ModelTables } from './model-tables.ts'
import { lost } from './node.ts'
import type { Random } from './random.ts'
import type { Stage } from './simulate.ts'
import { Violation } from './violation.ts'
import { submit, type World, waitsOf } from './workload.ts'

/** Stopped nodes are noticed, claims and leases of theirs run out, sweeps have come by. */
const settlingMs = 45_000
/** What everybody can see and nobody fetches. */
const overdueMs = 15_000
/** What was published may have gone to an older subscription. */
const helpEveryMs = 10_000

const isActive = (world: World): boolean =>
  [...world.checker.instances.values()].some(({ state }) => state.status === 'active')

/** Nothing is left to do. Reading the store is a step of its own: what it answers later, nobody overtakes. */
export function isAtRest(world: World, stage: Stage): boolean | Promise<boolean> {
  return isActive(world) ? false : stage.isIdle()
}

/** No command, no start timer and no message of the model is on its way. */
export const isModelIdle = (tables: ModelTables): boolean =>
  tables.outbox.size === 0 &&
  ![...tables.timers.values()].some((timer) => timer.instanceKey === undefined) &&
  match(tables, { now: 0, max: 1 }).length === 0

/** Publishes what instances still wait for, once it is clear that what was published before has arrived. */
export function helpWaiting(world: World, stage: Stage, random: Random): () => Promise<void> {
  const { scheduler, checker, nodes } = world
  const since = scheduler.now()
  const seen = new Map<string, number>()
  /** When something was published for a subscription last. */
  const helped = new Map<Key, number>()
  return async () => {
    const { tables } = stage
    if (tables !== undefined) checkForgotten(world, tables, seen, since)
    if (scheduler.now() < since + settlingMs) return
    for (const { state } of checker.instances.values()) {
      if (state.status !== 'active') continue
      await switchOn(world, state)
      for (const wait of [...waitsOf(state)]) {
        if (wait.kind !== 'message' && wait.kind !== 'signal') continue
        // Nothing has to wait for these.
        if (wait.name === repeatedMessageName || wait.name === repeatedSignalName) continue
        if (scheduler.now() < (helped.get(wait.key) ?? 0) + helpEveryMs) continue
        helped.set(wait.key, scheduler.now())
        const node = random.pick(nodes)
        if (wait.kind === 'message') {
          const { name, correlationKey = '' } = wait
          await request(() =>
            node.call('help', (execution) =>
              execution.publishMessage({ name, correlationKey, timeToLiveMs: 600_000, variables: {} }),
            ),
          )
        } else {
          await request(() =>
            node.call('help', (execution) => execution.broadcastSignal({ name: wait.name, variables: {} })),
          )
        }
      }
    }
  }
}

/** What is waited for with conditions is made true, in every scope that has a value of its own. */
async function switchOn(world: World, state: InstanceState): Promise<void> {
  if (![...waitsOf(state)].some(({ kind }) => kind === 'condition')) return
  for (const { key, variables } of [...state.elements.values()]) {
    const off = switches.filter(
      (name) => variables[name] !== true && (key === state.key || Object.hasOwn(variables, name)),
    )
    if (off.length === 0) continue
    const on = Object.fromEntries(off.map((name) => [name, true]))
    await submit(world, state.key, { type: 'set-variables', scope: key, variables: on, local: true })
  }
}

async function request(call: () => Promise<unknown>): Promise<void> {
  const answer = await call()
  if (answer === lost) return
}

/** A message and an open subscription that fit each other don't stay apart for long. */
function checkForgotten(world: World, tables: ModelTables, seen: Map<string, number>, since: number): void {
  const now = world.scheduler.now()
  const current = new Set<string>()
  for (const { claim, message, element } of match(tables, { now, max: 1_000 })) {
    const name = claimName(claim.source, claim.claim)
    current.add(name)
    const first = seen.get(name) ?? now
    seen.set(name, first)
    if (now < since + settlingMs || now - first < overdueMs) continue
    throw new Violation(
      'I10',
      `${message.kind} ${message.key} '${message.name}' does not reach ${element} (${name})`,
    )
  }
  for (const name of seen.keys()) if (!current.has(name)) seen.delete(name)
}

export function describeStuck(world: World, { tables }: Stage): string {
  const lines: string[] = ['not everything came to its end']
  for (const { state, holder, version } of world.checker.instances.values()) {
    if (state.status !== 'active') continue
    const elements = [...state.elements.values()].map(
      ({ element, waits }) => `${element}[${waits.map((wait) => `${wait.kind} ${wait.key}`)}]`,
    )
    lines.push(`  ${state.key} v${version} of ${state.processId}, held by ${holder}: ${elements.join(' ')}`)
    const jobs = [...(tables?.jobs.values() ?? [])].filter((job) => job.instanceKey === state.key)
    for (const job of jobs) lines.push(`    job row ${job.key} of ${job.worker} until ${job.availableAt}`)
  }
  if (tables !== undefined) {
    for (const { key, target, command } of tables.outbox.values()) {
      lines.push(`  outbox ${key} to ${target}: ${command.type}`)
    }
    for (const timer of tables.timers.values()) lines.push(`  timer ${timer.key} of ${timer.instanceKey}`)
  }
  return lines.join('\n')
}

/** All instances have ended; of what they owned, nothing is left. */
export async function checkEnd(world: World, stage: Stage): Promise<void> {
  const { instances } = world.checker
  for (const [key, { state }] of instances) {
    if (state.status === 'active') throw new Violation('I18', `${key} has not ended`)
  }
  for (const row of await stage.leftovers()) throw new Violation('I19', `a row is left: ${row}`)
  const stored = await stage.versions()
  for (const [key, version] of stored) {
    if (instances.get(key)?.version !== version)
      throw new Violation('I7', `${key} is stored, but not in its log`)
  }
  for (const key of instances.keys()) {
    if (!stored.has(key)) throw new Violation('acknowledged', `instance ${key} is gone`)
  }
}

/** Rows of the model that only running instances own. */
export function modelLeftovers(tables: ModelTables): readonly string[] {
  const rows: readonly unknown[] = [
    ...tables.jobs.values(),
    ...tables.timers.values(),
    ...tables.subscriptions.values(),
    ...[...tables.userTasks.values()].filter((task) => task.state === 'CREATED'),
    ...[...tables.incidents.values()].filter((incident) => incident.open),
    ...[...tables.instances.values()].filter((instance) => instance.holder !== null),
  ]
  return rows.map((row) => JSON.stringify(row))
}
