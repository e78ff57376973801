/** The form that asks for the variables of a new instance. */
import type { StartFormSpec } from '../../model/program.ts'
import { bindingOf } from './binding.ts'
import { describe, extensionOf, textOf } from './element.ts'
import { definitionsOf } from './event-definitions.ts'
import type { NodeContext } from './node-context.ts'
import type { Placed } from './scopes.ts'

/** Only a start event that a person can use has one: of the process, without trigger. */
export function startFormOf(context: NodeContext): StartFormSpec | undefined {
  const { tree, log } = context
  const isUsed = ({ element, scope }: Placed): boolean =>
    scope === tree.processId && definitionsOf(element).length === 0
  let found: StartFormSpec | undefined
  for (const placed of tree.nodes.values()) {
    const { element } = placed
    const form =
      element.$type === 'bpmn:StartEvent' ? extensionOf(element, 'zeebe:FormDefinition') : undefined
    if (form === undefined) continue
    const formId = textOf(form, 'formId')
    if (formId === undefined || !isUsed(placed)) {
      log.warning('IGNORED_EXTENSION', element, `the form at ${describe(element)} is ignored`)
    } else if (formId.trimStart().startsWith('=')) {
      const message = `the form of ${describe(element)} is an expression, which is not supported; expected the id of a form`
      log.error('UNSUPPORTED_ELEMENT', element, message)
    } else {
      found ??= { start: placed.id, formId, ...bindingOf(form, element, context) }
    }
  }
  return found
}
