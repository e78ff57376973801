/** Which components of a form are shown, and what their expressions see. */
import type { JsonObject } from '../base/json.ts'
import type { Run } from '../expression/run.ts'
import { namesOf } from './fill.ts'
import type { Component, Field, Form, List } from './form.ts'
import { type Draft, draftOf, isList, type Path, remove, valueAt } from './path.ts'
import { holdsIn, itemScope, type Scope, topScope } from './scope.ts'

/** A field or list at its place in the data. What is inside a hidden list does not occur. */
export type Occurrence = {
  readonly component: Field | List
  readonly path: Path
  readonly hidden: boolean
  readonly scope: Scope
}

/** All fields and lists, once for each item of the lists that they stand in. */
export function occurrences(form: Form, data: JsonObject, scope: Scope): readonly Occurrence[] {
  const found: Occurrence[] = []
  collect(form.components, [], false, { data, scope, found })
  return found
}

type Walk = { readonly data: JsonObject; readonly scope: Scope; readonly found: Occurrence[] }

function collect(components: readonly Component[], at: Path, isHidden: boolean, walk: Walk): void {
  const { data, scope, found } = walk
  for (const component of components) {
    const path = [...at, ...component.path]
    const hidden = isHidden || (component.hide !== undefined && holdsIn(component.hide, scope))
    if (component.kind === 'group') {
      collect(component.components, path, hidden, walk)
      continue
    }
    found.push({ component, path, hidden, scope })
    if (component.kind === 'list' && !hidden) {
      const items = valueAt(data, path)
      for (const [index, item] of isList(items) ? items.entries() : []) {
        const inside = { ...walk, scope: itemScope(scope, item, index) }
        collect(component.components, [...path, index], hidden, inside)
      }
    }
  }
}

const hasConditions = (components: readonly Component[]): boolean =>
  components.some(
    (component) =>
      component.hide !== undefined || (component.kind !== 'field' && hasConditions(component.components)),
  )

/**
 * What the expressions of a form see: without the values of what is hidden, in whose place the initial ones come
 * back. That is how form-js does it.
 */
export function visibleScope(form: Form, initial: JsonObject, data: JsonObject, run: Run): Scope {
  if (!hasConditions(form.components)) return topScope(run, data)
  const draft: Draft = draftOf(data, namesOf(form))
  for (const { path, hidden } of occurrences(form, data, topScope(run, data))) {
    if (hidden) remove(draft, path)
  }
  return topScope(run, { ...initial, ...draft })
}
