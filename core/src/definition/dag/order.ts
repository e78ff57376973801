/** The nodes of a part in an order in which each comes after what it waits for. */
import type { Item, Part } from './analysis.ts'
import type { DagLog } from './finding.ts'

/** Undefined when there is a cycle, which is in the log then. */
export function ordered(part: Part, log: DagLog): readonly Item[] | undefined {
  const waiting = new Map(part.items.map((item) => [item, item.needs.size]))
  const dependants = dependantsIn(part)
  const ready = part.items.filter((item) => item.needs.size === 0)
  const order: Item[] = []
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    order.push(next)
    for (const dependant of dependants.get(next) ?? []) {
      const left = (waiting.get(dependant) ?? 0) - 1
      waiting.set(dependant, left)
      if (left === 0) ready.push(dependant)
    }
  }
  if (order.length === part.items.length) return order
  reportCycle(
    part.items.filter((item) => (waiting.get(item) ?? 0) > 0),
    log,
  )
  return undefined
}

export function dependantsIn(part: Part): ReadonlyMap<Item, readonly Item[]> {
  const dependants = new Map<Item, Item[]>(part.items.map((item) => [item, []]))
  for (const item of part.items) for (const need of item.needs) dependants.get(need)?.push(item)
  return dependants
}

/** What a node waits for, without what another one of those waits for already. */
export function withoutDetours(order: readonly Item[]): ReadonlyMap<Item, readonly Item[]> {
  const bits = new Map(order.map((item, index) => [item, 1n << BigInt(index)]))
  /** All that comes before an item, as bits. */
  const before = new Map<Item, bigint>()
  const kept = new Map<Item, readonly Item[]>()
  for (const item of order) {
    let behind = 0n
    for (const need of item.needs) behind |= before.get(need) ?? 0n
    const direct = [...item.needs].filter((need) => ((bits.get(need) ?? 0n) & behind) === 0n)
    kept.set(item, direct)
    before.set(
      item,
      direct.reduce((all, need) => all | (bits.get(need) ?? 0n), behind),
    )
  }
  return kept
}

/** `stuck`: each waits for another one of them. */
function reportCycle(stuck: readonly Item[], log: DagLog): void {
  const among = new Set(stuck)
  const seen: Item[] = []
  let at = stuck[0]
  while (at !== undefined && !seen.includes(at)) {
    seen.push(at)
    at = [...at.needs].find((need) => among.has(need))
  }
  if (at === undefined) return
  const cycle = [...seen.slice(seen.indexOf(at)), at].map(({ node }) => `'${node.id}'`)
  const message = `expected dependencies without a cycle, got ${cycle.join(' which waits for ')}`
  log.error('DEPENDENCY_CYCLE', at.path, at.node.id, message)
}
