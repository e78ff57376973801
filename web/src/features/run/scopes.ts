/** Variables grouped by the element instance that owns them, the process first, inner scopes below outer ones. */
import type { Variable } from '@braid/contract/variable.ts'
import type { InstanceView, WireKey } from '../../live/instance-view.ts'

export type VariableScope = {
  readonly key: WireKey
  /** Absent for the process itself. */
  readonly element?: string
  readonly depth: number
  readonly active: boolean
  readonly variables: readonly Variable[]
}

export function variableScopes(
  variables: readonly Variable[],
  view: InstanceView,
  instanceKey: WireKey,
): readonly VariableScope[] {
  const byScope = Map.groupBy(variables, (variable) => variable.scopeKey)
  const depthOf = (key: WireKey): number => {
    const scope = view.runs.get(key)?.scope
    return scope === undefined ? 0 : depthOf(scope) + 1
  }
  const inner = [...byScope.keys()].filter((key) => key !== instanceKey)
  const places = new Map([...view.runs.keys()].map((key, place) => [key, place]))
  const placeOf = (key: WireKey): number => places.get(key) ?? -1
  inner.sort((one, other) => placeOf(one) - placeOf(other))
  return [instanceKey, ...inner].map((key) => {
    const run = view.runs.get(key)
    return {
      key,
      ...(key === instanceKey || run === undefined ? {} : { element: run.element }),
      depth: key === instanceKey ? 0 : Math.max(1, depthOf(key)),
      active: key === instanceKey ? view.endedAt === undefined : run?.state === 'active',
      variables: byScope.get(key) ?? [],
    }
  })
}
