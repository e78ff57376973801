/** Which nodes can be skipped or fail, and what lets a node run. */
import type { TriggerRule } from '../../model/dag.ts'
import { bracketed, quotedText, sourceOf } from '../../model/feel-text.ts'
import type { Item, Part } from './analysis.ts'
import type { DagLog } from './finding.ts'
import { dependantsIn } from './order.ts'

/** What a node can end as, besides having succeeded. */
export type Outcomes = {
  readonly item: Item
  readonly maySkip: boolean
  readonly mayFail: boolean
  /** FEEL that says whether it runs; absent: always. */
  readonly condition: string | undefined
}

/** Variable that says how a node ended when it did not succeed. */
export const stateVariable = (id: string): string => `${id}__state`

/** Rules that a failure before may fulfil: there it is no matter for an operator. */
const seesFailure: ReadonlySet<TriggerRule> = new Set([
  'all-failed',
  'all-done',
  'any-succeeded',
  'any-failed',
  'none-skipped',
])

const ruleOf = ({ node }: Item): TriggerRule => node.rule ?? 'all-succeeded'

/** Of the nodes of a part, in an order in which each comes after what it waits for. */
export function outcomesOf(part: Part, order: readonly Item[], log: DagLog): ReadonlyMap<Item, Outcomes> {
  const dependants = dependantsIn(part)
  const outcomes = new Map<Item, Outcomes>()
  for (const item of order) {
    const mayFail = isCaught(item, dependants.get(item) ?? [])
    const condition = conditionOf(item, outcomes, log)
    outcomes.set(item, { item, maySkip: condition !== undefined, mayFail, condition })
  }
  return outcomes
}

function isCaught({ node }: Item, dependants: readonly Item[]): boolean {
  const byJob =
    node.kind === 'task' ||
    node.kind === 'script' ||
    node.kind === 'generate' ||
    (node.kind === 'choice' && node.by === 'task')
  if (!byJob || node.onFailure === 'incident') return false
  return node.onFailure === 'continue' || dependants.some((dependant) => seesFailure.has(ruleOf(dependant)))
}

function conditionOf(item: Item, outcomes: ReadonlyMap<Item, Outcomes>, log: DagLog): string | undefined {
  const { node, path } = item
  const before = [...item.needs].flatMap((need) => outcomes.get(need) ?? [])
  const rule = ruleCondition(ruleOf(item), before)
  if (rule === false) {
    const message = `expected a rule that can hold: '${node.id}' never runs, for no failure before it is passed on (onFailure: continue)`
    log.warning('NODE_NEVER_RUNS', [...path, 'rule'], node.id, message)
  }
  // Of nodes that gave nothing, what is null doesn't hold. Where all succeeded, it is a mistake that somebody has to see.
  const lenient = ruleOf(item) !== 'all-succeeded'
  const { when, on } = node
  const held = when === undefined ? '' : bracketed(sourceOf(when))
  const parts = [
    ...(rule === true ? [] : [String(rule)]),
    ...(on === undefined ? [] : [`list contains(${on.node}, ${quotedText(on.branch)}) = true`]),
    ...(when === undefined ? [] : [lenient ? `${held} = true` : held]),
  ]
  return parts.length === 0 ? undefined : parts.join(' and ')
}

const isState = ({ item }: Outcomes, state: 'failed' | 'skipped'): string =>
  `${stateVariable(item.node.id)} = "${state}"`
const isNotState = (outcomes: Outcomes, state: 'failed' | 'skipped'): string =>
  isState(outcomes, state).replace(' = ', ' != ')
const succeeded = ({ item }: Outcomes): string => `${stateVariable(item.node.id)} = null`

/** Every one of them holds; there may be none. */
const all = (conditions: readonly string[]): string | true =>
  conditions.length === 0 ? true : conditions.join(' and ')
const any = (conditions: readonly string[]): string | false =>
  conditions.length === 0 ? false : `(${conditions.join(' or ')})`

/** Whether a rule holds over what came before. What waits for nothing runs, whatever its rule. */
function ruleCondition(rule: TriggerRule, before: readonly Outcomes[]): string | boolean {
  if (before.length === 0) return true
  const certain = before.some(({ maySkip, mayFail }) => !maySkip && !mayFail)
  const uncertain = before.filter(({ maySkip, mayFail }) => maySkip || mayFail)
  const failing = before.filter(({ mayFail }) => mayFail)
  const skipping = before.filter(({ maySkip }) => maySkip)
  const noneFailed = all(failing.map((each) => isNotState(each, 'failed')))
  const anySucceeded = certain ? true : any(uncertain.map(succeeded))
  switch (rule) {
    case 'all-succeeded':
      return all(uncertain.map(succeeded))
    case 'all-failed':
      return failing.length < before.length ? false : all(failing.map((each) => isState(each, 'failed')))
    case 'all-done':
      return true
    case 'any-succeeded':
      return anySucceeded
    case 'any-failed':
      return any(failing.map((each) => isState(each, 'failed')))
    case 'none-failed':
      return noneFailed
    case 'none-skipped':
      return all(skipping.map((each) => isNotState(each, 'skipped')))
    case 'none-failed-any-succeeded':
      if (noneFailed === true) return anySucceeded
      return anySucceeded === true ? noneFailed : `${noneFailed} and ${anySucceeded}`
  }
}
