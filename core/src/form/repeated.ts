/** Finds components that form-js refuses beside each other: with values in each other's place. */
import type { Component, FormFinding } from './form.ts'
import type { Path } from './path.ts'

/** What a place holds: a value, a list with components of its own, or places below. */
type Place = { owner?: Component; readonly inside: Map<string | number, Place> }

export function findRepeated(components: readonly Component[]): readonly FormFinding[] {
  const findings: FormFinding[] = []
  claimAll(components, { inside: new Map() }, findings)
  return findings
}

function claimAll(components: readonly Component[], root: Place, findings: FormFinding[]): void {
  for (const component of components) {
    const place = descend(root, component.path)
    if (place === undefined || (component.kind !== 'group' && isTaken(place))) {
      const where = component.path.join('.')
      const message = `expected ${component.id} to have a place of its own, ${where} is taken`
      findings.push({ severity: 'error', code: 'FORM_COMPONENT_REPEATED', message, elementId: component.id })
      continue
    }
    if (component.kind === 'group') claimAll(component.components, place, findings)
    else place.owner = component
    if (component.kind === 'list') claimAll(component.components, { inside: new Map() }, findings)
  }
}

const isTaken = ({ owner, inside }: Place): boolean => owner !== undefined || inside.size > 0

/** The place at a path; undefined when the way leads through one that is taken. */
function descend(root: Place, path: Path): Place | undefined {
  let at = root
  for (const step of path) {
    if (at.owner !== undefined) return undefined
    const next: Place = at.inside.get(step) ?? { inside: new Map() }
    at.inside.set(step, next)
    at = next
  }
  return at.owner === undefined ? at : undefined
}
