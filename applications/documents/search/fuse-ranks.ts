/** Reciprocal rank fusion: what stands high in one list or well in both comes first (Cormack et al., SIGIR 2009). */
const damping = 60

/** Best first, with scores from 0 to 1: 1 is the top of all lists. */
export function fuseRanks<Key>(
  lists: readonly (readonly Key[])[],
  nameOf: (key: Key) => string,
): readonly { readonly key: Key; readonly score: number }[] {
  const found = new Map<string, { readonly key: Key; score: number }>()
  const best = lists.length / (damping + 1)
  for (const list of lists) {
    for (const [index, key] of list.entries()) {
      const name = nameOf(key)
      const entry = found.get(name) ?? { key, score: 0 }
      entry.score += 1 / (damping + index + 1) / best
      found.set(name, entry)
    }
  }
  return [...found.values()].toSorted((a, b) => b.score - a.score)
}
