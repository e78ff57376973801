/** Messages and signals that events and tasks refer to. */
import type { Expression } from '../../model/program.ts'
import { describe, type Element, elementOf, extensionOf, textOf } from './element.ts'
import type { FindingCode } from './finding.ts'
import type { NodeContext } from './node-context.ts'

export type MessageReference = { readonly name: Expression; readonly correlationKey?: Expression }

/** A referenced element, when it is of the type that the reference is for. */
export function referenceOf(
  owner: Element,
  property: string,
  type: string,
  context: NodeContext,
): Element | undefined {
  const target = elementOf(owner, property)
  if (target === undefined || target.$type === type) return target
  const message = `expected ${property} to name a ${type}, got ${describe(target)}`
  context.log.error('DANGLING_REFERENCE', owner, message)
  return undefined
}

function nameOf(
  named: Element | undefined,
  at: Element,
  { code, kind }: { readonly code: FindingCode; readonly kind: string },
  context: NodeContext,
): Expression | undefined {
  const name = textOf(named, 'name')
  if (name !== undefined) return context.expressions.value(name, at, `${kind} name`)
  const came = named === undefined ? 'none' : `${describe(named)} without name`
  context.log.error(code, at, `expected ${describe(at)} to refer to a ${kind} that has a name, got ${came}`)
  return undefined
}

/**
 * The message of a task or message event definition, also by way of an operation (BPMN 2.0 §8.4.4). Its correlation
 * key is the message's `zeebe:subscription`, which models made for other engines lack.
 */
export function messageOf(owner: Element, at: Element, context: NodeContext): MessageReference | undefined {
  const operation = referenceOf(owner, 'operationRef', 'bpmn:Operation', context)
  const message =
    referenceOf(owner, 'messageRef', 'bpmn:Message', context) ?? elementOf(operation, 'inMessageRef')
  const name = nameOf(message, at, { code: 'MISSING_MESSAGE', kind: 'message' }, context)
  if (name === undefined) return undefined
  const key = textOf(extensionOf(message, 'zeebe:Subscription'), 'correlationKey')
  return key === undefined
    ? { name }
    : { name, correlationKey: context.expressions.value(key, at, 'correlation key') }
}

/** Whether a task or event definition refers to a message at all. */
export const refersToMessage = (owner: Element): boolean =>
  elementOf(owner, 'messageRef') !== undefined ||
  elementOf(elementOf(owner, 'operationRef'), 'inMessageRef') !== undefined

export function signalNameOf(definition: Element, at: Element, context: NodeContext): Expression | undefined {
  const signal = referenceOf(definition, 'signalRef', 'bpmn:Signal', context)
  return nameOf(signal, at, { code: 'MISSING_SIGNAL', kind: 'signal' }, context)
}

const codeForms = {
  error: { reference: 'errorRef', type: 'bpmn:Error', property: 'errorCode' },
  escalation: { reference: 'escalationRef', type: 'bpmn:Escalation', property: 'escalationCode' },
} as const

/** The code of the error or escalation that an event definition refers to. */
export function codeOf(
  kind: 'error' | 'escalation',
  definition: Element,
  at: Element,
  context: NodeContext,
): string | undefined {
  const form = codeForms[kind]
  const referenced = referenceOf(definition, form.reference, form.type, context)
  const code = textOf(referenced, form.property)
  if (referenced !== undefined && code === undefined) {
    const message = `${describe(referenced)} of ${describe(at)} has no ${form.property}: it is the same as no ${kind} at all`
    context.log.warning('MISSING_CODE', at, message)
  }
  return code
}
