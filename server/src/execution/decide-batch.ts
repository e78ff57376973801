/**
 * Reading and deciding all instances of a batch. Invariants:
 * B1 a state that is being decided on is not in the cache: nobody else sees what is not stored yet;
 * B2 a cached state may be old, for other nodes write too. A commit that follows from it is guarded by its version; a
 *    refusal is given only when the store still has that version.
 */
import type { Key } from '@braid/core/base/key.ts'
import type { ExecutionStore } from '../store/port.ts'
import {
  type Base,
  type DecideDependencies,
  type Decided,
  decideInstance,
  notFound,
  nothingDecided,
  readBase,
  type Targets,
  unknown,
  type Work,
} from './decide-instance.ts'
import type { LoadedDefinition } from './definition-cache.ts'
import { KeysExhausted } from './key-blocks.ts'

type Part = { readonly slot: { readonly key: Key }; readonly works: readonly Work[] }

export type DecideBatch = (batch: readonly Part[]) => Promise<readonly Decided[]>

/** More than a usual batch needs. */
const keysPerBatch = 10_000

export function createBatchDecider(
  dependencies: DecideDependencies & { readonly store: Pick<ExecutionStore, 'loadInstances'> },
): DecideBatch {
  const { store, cache, definitions } = dependencies

  const load = async (keys: readonly Key[]): Promise<ReadonlyMap<Key, Base>> => {
    const loaded = new Map<Key, Base>()
    if (keys.length === 0) return loaded
    for (const row of await store.loadInstances(keys)) loaded.set(row.key, readBase(row))
    return loaded
  }

  /** When the keys at hand run out in the middle, the state is read again and the decision made anew. */
  const decideWithKeys = async (
    key: Key,
    works: readonly Work[],
    base: Base,
    definition: LoadedDefinition,
    targets: Targets,
  ): Promise<Decided> => {
    let from = base
    for (let wanted = keysPerBatch; ; wanted *= 2) {
      try {
        return decideInstance(dependencies, key, works, from, definition, targets)
      } catch (error) {
        if (!(error instanceof KeysExhausted)) return { ...nothingDecided(key, from.version, []), error }
      }
      await dependencies.keys.reserve(wanted)
      from = from.version === 0 ? unknown : ((await load([key])).get(key) ?? unknown)
    }
  }

  const loadTargets = async (works: readonly Work[]): Promise<Targets> => {
    const targets = new Map<Key, LoadedDefinition>()
    for (const { command } of works) {
      if (command.type !== 'migrate-instance') continue
      const target = await definitions.load(command.definitionKey)
      if (target !== undefined) targets.set(target.key, target)
    }
    return targets
  }

  const decideFrom = async (key: Key, works: readonly Work[], base: Base): Promise<Decided> => {
    const definitionKey = base.state?.definitionKey ?? definitionToCreate(works)
    const definition =
      definitionKey === undefined
        ? undefined
        : (definitions.peek(definitionKey) ?? (await definitions.load(definitionKey)))
    if (definition !== undefined)
      return decideWithKeys(key, works, base, definition, await loadTargets(works))
    return nothingDecided(
      key,
      base.version,
      works.map((work) => [work, notFound(key)]),
    )
  }

  /** Decides into `decided`, so that what was placed can be taken back when it fails in the middle. */
  const decideInto = async (decided: Decided[], batch: readonly Part[]): Promise<void> => {
    const cached = new Map<Key, Base>()
    const missing: Key[] = []
    for (const { slot, works } of batch) {
      const known = cache.take(slot.key)
      const creates = works[0]?.command.type === 'create-instance' && works[0].attempts === 0
      if (known !== undefined) cached.set(slot.key, known)
      else if (!creates) missing.push(slot.key)
    }
    const loaded = await load(missing)
    const doubtful: Key[] = []
    for (const { slot, works } of batch) {
      const base = cached.get(slot.key) ?? loaded.get(slot.key) ?? unknown
      const one = await decideFrom(slot.key, works, base)
      if (one.commit === undefined && cached.has(slot.key)) doubtful.push(slot.key)
      decided.push(one)
    }
    if (doubtful.length === 0) return
    const fresh = await load(doubtful)
    for (const [index, { slot, works }] of batch.entries()) {
      const base = fresh.get(slot.key)
      if (base === undefined || base.version === cached.get(slot.key)?.version) continue
      decided[index] = await decideFrom(slot.key, works, base)
    }
  }

  return async (batch) => {
    await dependencies.keys.reserve(keysPerBatch)
    const decided: Decided[] = []
    try {
      await decideInto(decided, batch)
    } catch (error) {
      for (const one of decided) dependencies.release(one)
      throw error
    }
    return decided
  }
}

const definitionToCreate = (works: readonly Work[]): Key | undefined => {
  for (const { command } of works) if (command.type === 'create-instance') return command.definitionKey
  return undefined
}
