/** Boxed expressions (DMN 1.5 §7.3): XML to data. */
import type { Binding, Boxed, BoxedEntry, BoxedFunction } from '../../model/decision-model.ts'
import { attributeOf, childOf, childrenOf, kindInWords, nameOf, textOf } from './element.ts'
import { identified, oneOf, type Reading, typed, variableOf } from './reading.ts'
import { readTable } from './table.ts'
import type { Element } from './tree.ts'

type Reader = (element: Element, reading: Reading) => Boxed

const readers: Readonly<Record<string, Reader>> = {
  literalExpression: readLiteral,
  decisionTable: readTable,
  context: readContext,
  invocation: readInvocation,
  functionDefinition: readFunction,
  relation: readRelation,
  list: (element, reading) => ({
    kind: 'list',
    ...about(element, reading),
    items: boxedChildren(element).map((child) => readBoxed(child, reading)),
  }),
  conditional: (element, reading) => ({
    kind: 'conditional',
    ...about(element, reading),
    condition: readPart(element, 'if', reading),
    yes: readPart(element, 'then', reading),
    no: readPart(element, 'else', reading),
  }),
  filter: (element, reading) => ({
    kind: 'filter',
    ...about(element, reading),
    source: readPart(element, 'in', reading),
    match: readPart(element, 'match', reading),
  }),
  for: (element, reading) => readIteration(element, 'for', 'return', reading),
  some: (element, reading) => readIteration(element, 'some', 'satisfies', reading),
  every: (element, reading) => readIteration(element, 'every', 'satisfies', reading),
}

/** What stands for an expression that is missing; a finding says so. */
const nothing: Boxed = { kind: 'literal', feel: '' }

const about = (element: Element, reading: Reading) => ({
  ...identified(element),
  ...typed(element, reading),
})

const boxedChildren = (element: Element): readonly Element[] => childrenOf(element, ...Object.keys(readers))

function readBoxed(element: Element, reading: Reading): Boxed {
  const reader = Object.hasOwn(readers, element.name) ? readers[element.name] : undefined
  return reader === undefined ? nothing : reader(element, reading)
}

/** The expression inside of an element; `undefined` without one. */
export function readBoxedIn(element: Element | undefined, reading: Reading): Boxed | undefined {
  const [child] = element === undefined ? [] : boxedChildren(element)
  return child === undefined ? undefined : readBoxed(child, reading)
}

function readRequired(element: Element, reading: Reading): Boxed {
  const boxed = readBoxedIn(element, reading)
  if (boxed !== undefined) return boxed
  reading.log.error('MISSING_PART', element, `expected an expression in this ${kindInWords(element.name)}`)
  return nothing
}

function readPart(element: Element, name: string, reading: Reading): Boxed {
  const part = childOf(element, name)
  if (part !== undefined) return readRequired(part, reading)
  reading.log.error('MISSING_PART', element, `expected <${name}> in this ${kindInWords(element.name)}`)
  return nothing
}

function readLiteral(element: Element, reading: Reading): Boxed {
  if (childOf(element, 'importedValues') !== undefined) {
    reading.log.error(
      'UNSUPPORTED_LANGUAGE',
      element,
      'expected FEEL, got values from a document of another kind',
    )
  }
  return { kind: 'literal', ...about(element, reading), feel: textOf(element) }
}

function readContext(element: Element, reading: Reading): Boxed {
  const entries = childrenOf(element, 'contextEntry').map((entry): BoxedEntry => {
    const variable = childOf(entry, 'variable')
    const value = readBoxedIn(entry, reading) ?? nothing
    return variable === undefined ? { value } : { variable: variableOf(variable, reading), value }
  })
  return { kind: 'context', ...about(element, reading), entries }
}

function readInvocation(element: Element, reading: Reading): Boxed {
  const bindings = childrenOf(element, 'binding').map((binding): Binding => {
    const parameter = childOf(binding, 'parameter')
    if (parameter === undefined) {
      reading.log.error('MISSING_PART', binding, 'expected <parameter> in this binding')
    }
    const value = readBoxedIn(binding, reading)
    return {
      parameter: parameter === undefined ? { name: '' } : variableOf(parameter, reading),
      ...(value !== undefined && { value }),
    }
  })
  return { kind: 'invocation', ...about(element, reading), callee: readRequired(element, reading), bindings }
}

/** A function definition, also the logic of a business knowledge model. */
export function readFunction(element: Element, reading: Reading): BoxedFunction {
  const kind = oneOf(element, 'kind', ['FEEL', 'Java', 'PMML'], reading) ?? 'FEEL'
  if (kind === 'PMML') {
    reading.log.error('UNSUPPORTED_LANGUAGE', element, 'expected a function of kind FEEL or Java, got PMML')
  }
  return {
    kind: 'function',
    ...about(element, reading),
    language: kind === 'Java' ? 'Java' : 'FEEL',
    parameters: childrenOf(element, 'formalParameter').map((parameter) => variableOf(parameter, reading)),
    body: readBoxedIn(element, reading) ?? nothing,
  }
}

function readRelation(element: Element, reading: Reading): Boxed {
  const columns = childrenOf(element, 'column').map((column) => variableOf(column, reading))
  const rows = childrenOf(element, 'row').map((row) => {
    const cells = boxedChildren(row).map((cell) => readBoxed(cell, reading))
    if (cells.length !== columns.length) {
      const message = `expected ${columns.length} cells in this row, one per column, got ${cells.length}`
      reading.log.error('RULE_WIDTH', row, message)
    }
    return cells
  })
  return { kind: 'relation', ...about(element, reading), columns, rows }
}

function readIteration(
  element: Element,
  kind: 'for' | 'some' | 'every',
  bodyName: string,
  reading: Reading,
): Boxed {
  const name = (attributeOf(element, 'iteratorVariable') ?? nameOf(element)).replaceAll(/\s+/g, ' ')
  if (name === '') {
    reading.log.error('MISSING_NAME', element, `expected a name of the variable of this ${kind}`)
  }
  const source = childOf(element, 'in')
  return {
    kind,
    ...about(element, reading),
    variable: { name, ...typed(source, reading) },
    source: readPart(element, 'in', reading),
    body: readPart(element, bodyName, reading),
  }
}
