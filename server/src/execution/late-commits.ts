/**
 * Commits that failed and were not found afterwards. One of them may be stored later than known, when its request was
 * still on the way: whoever decides on a state that is as new as it must look once more.
 */
import type { Key } from '@braid/core/base/key.ts'
import type { InstanceCommit, Refusal } from '../store/port.ts'
import type { Decided } from './decide-instance.ts'

/** By instance. */
export type Late = ReadonlyMap<Key, Decided>

export type LateCommits = {
  failed(one: Decided): void
  /** A commit of the instance was stored: no other fits its version any more. */
  superseded(key: Key): void
  /** Those that were stored after all and whose effect is in the states that were decided on. */
  find(decided: readonly Decided[]): Promise<Late>
  /** What a late commit has claimed was claimed by nobody else: its instance has a new version, no more. */
  explain(refusals: readonly Refusal[]): Promise<readonly Refusal[]>
}

const none: Late = new Map()

export function createLateCommits(wasStored: (commit: InstanceCommit) => Promise<boolean>): LateCommits {
  const unsure = new Map<Key, readonly Decided[]>()
  const isStored = async (candidates: readonly Decided[]): Promise<boolean> => {
    for (const { commit } of candidates) if (commit && (await wasStored(commit))) return true
    return false
  }
  return {
    failed: (one) => {
      unsure.set(one.key, [...(unsure.get(one.key) ?? []), one])
    },
    superseded: (key) => {
      unsure.delete(key)
    },
    find: async (decided) => {
      if (unsure.size === 0) return none
      const late = new Map<Key, Decided>()
      for (const { key, baseVersion } of decided) {
        const failed = unsure.get(key)?.filter(({ commit }) => commit && commit.version <= baseVersion) ?? []
        for (const one of failed) if (one.commit && (await wasStored(one.commit))) late.set(key, one)
        // Their versions are taken, by them or by others.
        if (failed.length > 0) unsure.delete(key)
      }
      return late
    },
    explain: async (refusals) => {
      if (unsure.size === 0) return refusals
      const explained: Refusal[] = []
      for (const { key, reason } of refusals) {
        const own = await isStored(unsure.get(key) ?? [])
        explained.push({ key, reason: own ? 'version' : reason })
      }
      return explained
    },
  }
}
