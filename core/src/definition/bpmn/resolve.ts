/**
 * The third pass: references that the parser left open. Qualified names (BPMN 2.0 §15.3.2) are looked up without their
 * prefix when it means the file's own namespace; what then leads nowhere is a finding.
 */
import { describe, type Element, textOf } from './element.ts'
import type { FindingLog } from './finding.ts'
import { quoted } from './quote.ts'
import type { Document, UnresolvedReference } from './read.ts'

/** References that decide what runs, by the type that has them; `*` for any type. */
const executableReferences: ReadonlyMap<string, string> = new Map([
  ['bpmn:sourceRef', 'bpmn:SequenceFlow'],
  ['bpmn:targetRef', 'bpmn:SequenceFlow'],
  ['bpmn:attachedToRef', '*'],
  ['bpmn:default', '*'],
  ['bpmn:messageRef', '*'],
  ['bpmn:operationRef', '*'],
  ['bpmn:inMessageRef', '*'],
  ['bpmn:signalRef', '*'],
  ['bpmn:escalationRef', '*'],
  ['bpmn:errorRef', 'bpmn:ErrorEventDefinition'],
  ['bpmn:eventDefinitionRef', '*'],
  ['bpmn:activityRef', '*'],
  ['bpmn:noneBehaviorEventRef', '*'],
  ['bpmn:oneBehaviorEventRef', '*'],
])

const loopReferences: ReadonlySet<string> = new Set(['bpmn:loopDataInputRef', 'bpmn:loopDataOutputRef'])

/** A qualified name without its prefix, when the prefix means the file's own namespace; otherwise the name as it is. */
export function withoutOwnPrefix(definitions: Element, name: string): string {
  const colon = name.indexOf(':')
  if (colon === -1) return name
  const namespace = definitions.$attrs?.[`xmlns:${name.slice(0, colon)}`]
  return namespace === textOf(definitions, 'targetNamespace') ? name.slice(colon + 1) : name
}

function attach({ element, property }: UnresolvedReference, target: unknown): void {
  const current = element.get?.(property)
  if (Array.isArray(current)) current.push(target)
  else element.set?.(property, target)
}

/** Elements with a reference that leads nowhere: other passes need not complain that it is absent. */
export function resolve(
  { definitions, elementsById, unresolved }: Document,
  log: FindingLog,
): ReadonlySet<Element> {
  const dangling = new Set<Element>()
  for (const reference of unresolved) {
    const { element, property, value } = reference
    const target = elementsById[withoutOwnPrefix(definitions, value.trim())]
    if (target !== undefined) {
      attach(reference, target)
      continue
    }
    if (loopReferences.has(property)) {
      // Models made for other engines name a variable here, of which no element of the file tells.
      element.set?.(property, { $type: 'bpmn:Property', name: value.trim() })
      continue
    }
    const owner = executableReferences.get(property)
    const message = `expected ${property.replace(/^bpmn:/, '')} of ${describe(element)} to name an element of this file, got ${quoted(value)}`
    if (owner === '*' || owner === element.$type) {
      dangling.add(element)
      log.error('DANGLING_REFERENCE', element, message)
    } else log.warning('DANGLING_REFERENCE', element, message)
  }
  return dangling
}
