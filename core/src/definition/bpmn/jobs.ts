/** Work that somebody outside the engine does: `zeebe:taskDefinition` and `zeebe:taskHeaders`. */
import type { Expression, JobSpec } from '../../model/program.ts'
import { describe, type Element, elementsOf, extensionOf, textOf } from './element.ts'
import type { NodeContext } from './node-context.ts'
import { quoted } from './quote.ts'

export const defaultRetries = '3'

/** Constant texts for the worker. Entries are own properties, whatever their names. */
export const headersIn = (headers: Element | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    elementsOf(headers, 'values').map((header) => [
      textOf(header, 'key') ?? '',
      textOf(header, 'value') ?? '',
    ]),
  )

export const headersOf = (element: Element): Readonly<Record<string, string>> =>
  headersIn(extensionOf(element, 'zeebe:TaskHeaders'))

export function retriesOf(text: string, element: Element, context: NodeContext): Expression {
  const retries = context.expressions.value(text, element, 'retries')
  if ('feel' in retries) return retries
  if (!/^\d{1,6}$/.test(text.trim())) {
    const message = `expected the retries of ${describe(element)} to be a whole number, got ${quoted(text)}`
    context.log.error('INVALID_VALUE', element, message)
  }
  return { value: Number(text) }
}

/** `zeebe:jobPriorityDefinition` of the element, else of its process: a whole number, 0 unless said. */
export function priorityOf(element: Element, context: NodeContext): Pick<JobSpec, 'priority'> {
  const { process } = context.tree
  const at = extensionOf(element, priorityType) === undefined ? process : element
  const text = textOf(extensionOf(at, priorityType), 'priority')
  if (text === undefined) return {}
  const priority = context.expressions.value(text, at, 'job priority')
  if ('feel' in priority) return { priority }
  if (/^[+-]?\d{1,9}$/.test(text.trim()))
    return Number(text) === 0 ? {} : { priority: { value: Number(text) } }
  const message = `expected the job priority of ${describe(at)} to be a whole number, got ${quoted(text)}`
  context.log.error('INVALID_VALUE', at, message)
  return {}
}

/** `braid:failure`: what a job throws when it has failed for good. */
export function failureOf(element: Element, context: NodeContext): Pick<JobSpec, 'failureCode'> {
  const failure = extensionOf(element, 'braid:Failure')
  if (failure === undefined) return {}
  const failureCode = textOf(failure, 'errorCode')
  if (failureCode !== undefined) return { failureCode }
  const message = `expected the braid:failure of ${describe(element)} to have an errorCode, got none`
  context.log.error('INVALID_VALUE', element, message)
  return {}
}

const priorityType = 'zeebe:JobPriorityDefinition'

/** `braid:stream` inside loop characteristics: the job that gives the loop its items. */
export function streamOf(loop: Element, element: Element, context: NodeContext): JobSpec | undefined {
  const stream = extensionOf(loop, 'braid:Stream')
  if (stream === undefined) return undefined
  const type = textOf(stream, 'type')
  if (type === undefined) {
    const message = `expected the braid:stream of ${describe(element)} to have a type, got none`
    context.log.error('MISSING_TASK_DEFINITION', element, message)
    return undefined
  }
  return {
    type: context.expressions.value(type, element, 'job type of a stream'),
    retries: retriesOf(textOf(stream, 'retries') ?? defaultRetries, element, context),
    headers: headersOf(loop),
    ...priorityOf(loop, context),
    ...failureOf(loop, context),
  }
}

/** `undefined` when the element does not say what kind of job it is; then the log says so. */
export function jobOf(element: Element, context: NodeContext): JobSpec | undefined {
  const definition = extensionOf(element, 'zeebe:TaskDefinition')
  const type = textOf(definition, 'type')
  if (type === undefined) {
    const came = definition === undefined ? 'none' : 'one without type'
    const message = `expected ${describe(element)} to have a zeebe:taskDefinition with a type, got ${came}`
    context.log.error('MISSING_TASK_DEFINITION', element, message)
    return undefined
  }
  return {
    type: context.expressions.value(type, element, 'job type'),
    retries: retriesOf(textOf(definition, 'retries') ?? defaultRetries, element, context),
    headers: headersOf(element),
    ...priorityOf(element, context),
    ...failureOf(element, context),
  }
}
