/** Decision tables (DMN 1.5 §8.3): XML to data. */
import type { DecisionTable, Rule, TableInput, TableOutput } from '../../model/decision-model.ts'
import { attributeOf, childOf, childrenOf, nameOf, textOf } from './element.ts'
import { identified, oneOf, type Reading, typed } from './reading.ts'
import type { Element } from './tree.ts'

const hitPolicies = ['UNIQUE', 'ANY', 'PRIORITY', 'FIRST', 'RULE ORDER', 'OUTPUT ORDER', 'COLLECT'] as const

const aggregations = ['SUM', 'MIN', 'MAX', 'COUNT'] as const

export function readTable(element: Element, reading: Reading): DecisionTable {
  const inputs = childrenOf(element, 'input').map((input, index) => readInput(input, index, reading))
  const outputs = childrenOf(element, 'output').map((output, index) => readOutput(output, index, reading))
  const hitPolicy = oneOf(element, 'hitPolicy', hitPolicies, reading) ?? 'UNIQUE'
  const aggregation =
    hitPolicy === 'COLLECT' ? oneOf(element, 'aggregation', aggregations, reading) : undefined
  if (outputs.length === 0) {
    reading.log.error('MISSING_PART', element, 'expected at least one output of the decision table')
  }
  if (outputs.length > 1) checkOutputs(element, outputs, aggregation, reading)
  return {
    kind: 'table',
    ...identified(element),
    ...typed(element, reading),
    hitPolicy,
    ...(aggregation !== undefined && { aggregation }),
    inputs,
    outputs,
    rules: childrenOf(element, 'rule').map((rule, index) =>
      readRule(rule, index, { inputs: inputs.length, outputs: outputs.length }, reading),
    ),
  }
}

function checkOutputs(
  element: Element,
  outputs: readonly TableOutput[],
  aggregation: DecisionTable['aggregation'],
  { log }: Reading,
): void {
  if (outputs.some(({ name }) => name === '')) {
    log.error('MISSING_NAME', element, 'expected a name for each output of a table that has several')
  }
  if (aggregation !== undefined && aggregation !== 'COUNT') {
    const message = `expected a single output to take the ${aggregation} of, got ${outputs.length}`
    log.error('INVALID_AGGREGATION', element, message)
  }
}

const allowed = (element: Element | undefined): { readonly allowedValues?: string } => {
  const text = textOf(element)
  return text === '' ? {} : { allowedValues: text }
}

function readInput(element: Element, index: number, reading: Reading): TableInput {
  const expression = childOf(element, 'inputExpression')
  const feel = textOf(expression)
  return {
    id: element.id ?? `input-${index + 1}`,
    name: attributeOf(element, 'label') ?? feel,
    feel,
    ...typed(expression, reading),
    ...allowed(childOf(element, 'inputValues')),
  }
}

function readOutput(element: Element, index: number, reading: Reading): TableOutput {
  const fallback = textOf(childOf(element, 'defaultOutputEntry'))
  return {
    id: element.id ?? `output-${index + 1}`,
    name: nameOf(element),
    ...typed(element, reading),
    ...allowed(childOf(element, 'outputValues')),
    ...(fallback !== '' && { default: fallback }),
  }
}

function readRule(
  element: Element,
  index: number,
  width: { readonly inputs: number; readonly outputs: number },
  reading: Reading,
): Rule {
  const inputs = childrenOf(element, 'inputEntry').map(textOf)
  const outputs = childrenOf(element, 'outputEntry').map(textOf)
  if (inputs.length !== width.inputs || outputs.length !== width.outputs) {
    const expected = `${width.inputs} input and ${width.outputs} output entries`
    const message = `expected ${expected} in rule ${index + 1}, got ${inputs.length} and ${outputs.length}`
    reading.log.error('RULE_WIDTH', element, message)
  }
  return { id: element.id ?? `rule-${index + 1}`, inputs, outputs }
}
