/** User tasks with the zeebe extensions for assignment, form, schedule and priority. */
import { parseDateTime } from '../../base/date-time.ts'
import type { Expression, UserTaskSpec } from '../../model/program.ts'
import { bindingOf } from './binding.ts'
import { describe, type Element, elementsOf, extensionOf, textOf } from './element.ts'
import { headersOf } from './jobs.ts'
import { taskListenersOf } from './listeners.ts'
import { type BuildNode, boundaryEventsOf, type NodeContext } from './node-context.ts'
import { quoted } from './quote.ts'

type Fields = Readonly<Record<string, Expression>>

/** One optional attribute. `parse` gives the constant's value, `undefined` when it can't be one. */
function field(
  extension: Element | undefined,
  name: string,
  at: Element,
  context: NodeContext,
  parse: (text: string) => Expression | undefined = (text) => ({ value: text }),
): Fields {
  const text = textOf(extension, name)
  if (text === undefined) return {}
  const read = context.expressions.value(text, at, name)
  const expression = 'feel' in read ? read : parse(text.trim())
  if (expression !== undefined) return { [name]: expression }
  context.log.error(
    'INVALID_VALUE',
    at,
    `expected ${name} of ${describe(at)} to be valid, got ${quoted(text)}`,
  )
  return {}
}

const list = (text: string): Expression => ({
  value: text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
})
const date = (text: string): Expression | undefined => (parseDateTime(text).ok ? { value: text } : undefined)
/** Whole numbers from 0 to 100, as in Camunda 8. */
const priority = (text: string): Expression | undefined =>
  /^(?:\d{1,2}|100)$/.test(text) ? { value: Number(text) } : undefined

function formOf(element: Element, context: NodeContext): Partial<UserTaskSpec> {
  const form = extensionOf(element, 'zeebe:FormDefinition')
  const formId = textOf(form, 'formId')
  if (formId !== undefined) {
    if (formId.trimStart().startsWith('=')) {
      const message = `the form of ${describe(element)} is an expression, which is not supported; expected the id of a form`
      context.log.error('UNSUPPORTED_ELEMENT', element, message)
    }
    const { binding, versionTag } = bindingOf(form, element, context)
    return { formId, formBinding: binding, ...(versionTag !== undefined && { formVersionTag: versionTag }) }
  }
  const reference = textOf(form, 'externalReference') ?? textOf(form, 'formKey')
  if (reference === undefined) return {}
  return { externalFormReference: context.expressions.value(reference, element, 'form reference') }
}

export const buildUserTask: BuildNode = (element, parts, context) => {
  const assignment = extensionOf(element, 'zeebe:AssignmentDefinition')
  const schedule = extensionOf(element, 'zeebe:TaskSchedule')
  if (elementsOf(element, 'resources').length > 0) {
    const message = `resource roles of ${describe(element)} are ignored; expected a zeebe:assignmentDefinition`
    context.log.warning('IGNORED_EXTENSION', element, message)
  }
  const task: UserTaskSpec = {
    ...field(assignment, 'assignee', element, context),
    ...field(assignment, 'candidateUsers', element, context, list),
    ...field(assignment, 'candidateGroups', element, context, list),
    ...field(schedule, 'dueDate', element, context, date),
    ...field(schedule, 'followUpDate', element, context, date),
    ...field(extensionOf(element, 'zeebe:PriorityDefinition'), 'priority', element, context, priority),
    ...formOf(element, context),
    headers: headersOf(element),
    ...taskListenersOf(element, context),
  }
  return { ...parts, type: 'user-task', boundaryEvents: boundaryEventsOf(parts, context), task }
}
