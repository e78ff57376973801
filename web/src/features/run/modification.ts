/** What the dialog that moves tokens asks of the API. */
import type { ProcessInstanceModification } from '@braid/contract/modification.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { ElementRun, InstanceView, WireKey } from '../../live/instance-view.ts'

export type MoveKind = 'move' | 'begin' | 'end'

export type Move = {
  readonly kind: MoveKind
  /** Element instances. */
  readonly sources: readonly WireKey[]
  /** Id of an element. */
  readonly target: string
  readonly variables: JsonObject
  /** The variables belong to the target, else to the process. */
  readonly local: boolean
}

/** What is alive, without the process itself. */
export const livingRuns = (view: InstanceView): readonly ElementRun[] =>
  [...view.runs.values()].filter(({ state, scope }) => state === 'active' && scope !== undefined)

/** Whether every living element instance is one of these or inside of one. */
export function endsAll(view: InstanceView, keys: readonly WireKey[]): boolean {
  const ended = new Set(keys)
  const isEnded = (key: WireKey | undefined): boolean =>
    key !== undefined && (ended.has(key) || isEnded(view.runs.get(key)?.scope))
  const living = livingRuns(view)
  const leaves = living.filter(({ key }) => !living.some(({ scope }) => scope === key))
  return keys.length > 0 && leaves.every(({ key }) => isEnded(key))
}

export function modificationOf(move: Move): ProcessInstanceModification {
  const { kind, sources, target, variables, local } = move
  if (kind === 'end')
    return { terminateInstructions: sources.map((elementInstanceKey) => ({ elementInstanceKey })) }
  const variableInstructions =
    Object.keys(variables).length === 0
      ? {}
      : { variableInstructions: [{ variables, ...(local ? { scopeId: target } : {}) }] }
  if (kind === 'begin') return { activateInstructions: [{ elementId: target, ...variableInstructions }] }
  return {
    moveInstructions: sources.map((sourceElementInstanceKey) => ({
      sourceElementInstruction: { sourceType: 'byKey' as const, sourceElementInstanceKey },
      targetElementId: target,
      ancestorScopeInstruction: { ancestorScopeType: 'inferred' as const },
      ...variableInstructions,
    })),
  }
}
