/** The logic of a decision as its DMN file (of any version of the standard) writes it, read in the browser. */

export type TableRule = {
  /** From 1. */
  readonly number: number
  /** As typed, in the order of inputs and outputs. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly annotation: string
}

export type DecisionLogic =
  | {
      readonly kind: 'table'
      /** "UNIQUE", "COLLECT SUM". */
      readonly hitPolicy: string
      readonly inputs: readonly string[]
      readonly outputs: readonly string[]
      readonly rules: readonly TableRule[]
    }
  | { readonly kind: 'expression'; readonly text: string }
  /** Contexts, invocations and the like: the file shows them. */
  | { readonly kind: 'other' }

const children = (element: Element, localName: string): readonly Element[] =>
  [...element.children].filter((child) => child.localName === localName)

const textOf = (element: Element | undefined): string =>
  element === undefined ? '' : (children(element, 'text')[0]?.textContent?.trim() ?? '')

const attribute = (element: Element, ...names: readonly string[]): string =>
  names.map((name) => element.getAttribute(name)?.trim() ?? '').find((value) => value !== '') ?? ''

function tableOf(table: Element, decisionName: string): DecisionLogic {
  const inputs = children(table, 'input').map(
    (input) => attribute(input, 'label') || textOf(children(input, 'inputExpression')[0]),
  )
  const outputs = children(table, 'output').map(
    (output) => attribute(output, 'label', 'name') || attribute(table, 'outputLabel') || decisionName,
  )
  const rules = children(table, 'rule').map((rule, place) => ({
    number: place + 1,
    inputs: children(rule, 'inputEntry').map(textOf),
    outputs: children(rule, 'outputEntry').map(textOf),
    annotation: children(rule, 'annotationEntry').map(textOf).join(' ') || descriptionOf(rule),
  }))
  const hitPolicy = `${attribute(table, 'hitPolicy') || 'UNIQUE'} ${attribute(table, 'aggregation')}`.trim()
  return { kind: 'table', hitPolicy, inputs, outputs, rules }
}

const descriptionOf = (rule: Element): string => children(rule, 'description')[0]?.textContent?.trim() ?? ''

export function decisionLogicOf(xml: string, decisionId: string): DecisionLogic {
  const document = new DOMParser().parseFromString(xml, 'application/xml')
  const decisions = [...document.getElementsByTagNameNS('*', 'decision')]
  const decision = decisions.find((element) => element.getAttribute('id') === decisionId)
  if (decision === undefined) return { kind: 'other' }
  const [table] = children(decision, 'decisionTable')
  if (table !== undefined) return tableOf(table, attribute(decision, 'name', 'id'))
  const [expression] = children(decision, 'literalExpression')
  return expression === undefined ? { kind: 'other' } : { kind: 'expression', text: textOf(expression) }
}
