/** Decisions that require each other, directly or through others, could never be evaluated (DMN 1.5 §6.2.2). */
import type { Decision, DecisionFile, ElementReference } from '../../model/decision-model.ts'
import { quoted } from '../bpmn/quote.ts'
import type { FindingLog } from './finding.ts'

/** Reports each decision at which a circle closes. */
export function checkCycles(files: readonly DecisionFile[], logs: readonly FindingLog[]): void {
  const decisions = new Map<string, Decision>()
  for (const [file, definitions] of files.entries()) {
    for (const decision of definitions.decisions) decisions.set(keyOf({ file, id: decision.id }), decision)
  }
  const state = new Map<string, 'open' | 'done'>()
  for (const [file, definitions] of files.entries()) {
    for (const { id } of definitions.decisions) visit({ file, id }, decisions, state, logs)
  }
}

const keyOf = ({ file, id }: ElementReference): string => `${file}#${id}`

type Step = { readonly at: ElementReference; readonly left: ElementReference[] }

/** Depth first, on a stack of its own: chains of decisions may be long. */
function visit(
  start: ElementReference,
  decisions: ReadonlyMap<string, Decision>,
  state: Map<string, 'open' | 'done'>,
  logs: readonly FindingLog[],
): void {
  const path: Step[] = []
  const enter = (at: ElementReference): void => {
    state.set(keyOf(at), 'open')
    path.push({ at, left: [...(decisions.get(keyOf(at))?.decisions ?? [])] })
  }
  if (!state.has(keyOf(start))) enter(start)
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const next = step.left.pop()
    if (next === undefined) {
      state.set(keyOf(step.at), 'done')
      path.pop()
      continue
    }
    const seen = state.get(keyOf(next))
    if (seen === undefined) enter(next)
    else if (seen === 'open') {
      const from = path.findIndex(({ at }) => keyOf(at) === keyOf(next))
      const names = [...path.slice(from).map(({ at }) => at), next].map(
        (at) => decisions.get(keyOf(at))?.name ?? at.id,
      )
      const message = `expected decisions that don't require each other, got ${quoted(names.join(' → '))}`
      logs[next.file]?.error('CYCLIC_REQUIREMENT', next.id, message)
    }
  }
}
