/** What must hold after every command, whatever it was (state.ts S1–S5, decide.ts D1–D3, rows.ts I8). */

import { isDeepStrictEqual } from 'node:util'
import type { Key } from '@braid/core/base/key.ts'
import { execute } from '@braid/core/engine/decide.ts'
import { replay } from '@braid/core/engine/evolve.ts'
import { deserializeState, serializeState } from '@braid/core/engine/serialize.ts'
import { copyState, type InstanceState, type Wait } from '@braid/core/engine/state.ts'
import { expect } from 'vitest'
import type { Commit } from './engine-driver.ts'
import type { EngineTables } from './engine-tables.ts'

/** `skipsLog`: the whole log is not read again, which takes the longer the longer the log is. */
export function checkCommit(
  commit: Commit,
  tables: EngineTables,
  { skipsLog = false }: { readonly skipsLog?: boolean } = {},
): void {
  const { state, log } = commit.instance
  if (!skipsLog) expectEqual(replay(log), state)
  checkDecision(commit)
  checkStored(state)
  checkTree(state)
  checkSomethingGoesOn(state)
  checkTables(state, tables)
}

/** As `toEqual`, which is slow: it is only asked when there is a difference to show. */
function expectEqual(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected)
}

/** `execute` in place ends where `decide` and `evolve` do. */
function checkDecision(commit: Commit): void {
  const { instance, before, command, at, keys, events, graph, graphOf } = commit
  const rest = [...keys]
  const source = { next: () => rest.shift() ?? (-1 as Key) }
  const state = copyState(before)
  const again = execute(graph, state, command, { now: at, keys: source, graphOf })
  expectEqual(again, { ok: true, value: events })
  expectEqual(state, instance.state)
}

function checkStored(state: InstanceState): void {
  expectEqual(deserializeState(serializeState(state)), state)
}

/** S1, S2, S3, S5. */
function checkTree(state: InstanceState): void {
  const { elements, status, owners } = state
  expectEqual(elements.has(state.key), status === 'active')
  const children = new Map<Key, number>()
  for (const { key, scope, waits, tokens } of elements.values()) {
    expectEqual(scope === undefined, key === state.key)
    if (scope !== undefined) {
      expectEqual(elements.has(scope), true)
      children.set(scope, (children.get(scope) ?? 0) + 1)
    }
    for (const wait of waits) expectEqual(owners.get(wait.key), key)
    for (const count of tokens.values()) if (count < 1) expect(count).toBeGreaterThan(0)
  }
  for (const { key, children: counted } of elements.values()) expectEqual(counted, children.get(key) ?? 0)
  expectEqual(owners.size, waitsOf(state).length)
}

/** S4: nothing is alive that nothing can move. */
function checkSomethingGoesOn(state: InstanceState): void {
  const stopped = new Set([...state.incidents.values()].map(({ elementInstanceKey }) => elementInstanceKey))
  for (const { key, element, waits, children, tokens } of state.elements.values()) {
    const goesOn = waits.length > 0 || children > 0 || tokens.size > 0 || stopped.has(key)
    if (!goesOn) expect.fail(`${element} waits for nothing`)
  }
}

const waitsOf = (state: InstanceState): readonly Wait[] =>
  [...state.elements.values()].flatMap(({ waits }) => waits)

/** I8: the rows of an instance are what its state waits for; while it is suspended, only what people look at. */
function checkTables(state: InstanceState, tables: EngineTables): void {
  const rows = (table: ReadonlyMap<Key, { readonly instanceKey: Key }>): readonly Key[] =>
    [...table]
      .filter(([, row]) => row.instanceKey === state.key)
      .map(([key]) => key)
      .toSorted((a, b) => a - b)
  const waits = (...kinds: readonly Wait['kind'][]): readonly Key[] =>
    waitsOf(state)
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ key }) => key)
      .toSorted((a, b) => a - b)
  const offered = (...kinds: readonly Wait['kind'][]): readonly Key[] =>
    state.suspended ? [] : waits(...kinds)
  expectEqual(rows(tables.jobs), offered('job'))
  expectEqual(rows(tables.timers), offered('timer'))
  expectEqual(rows(tables.subscriptions), offered('message', 'signal'))
  expectEqual(rows(tables.userTasks), waits('user-task'))
  expectEqual(rows(tables.incidents), [...state.incidents.keys()])
}
