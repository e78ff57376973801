import type { SyntaxNode } from '@lezer/common'
import { limits } from '../base/limits.ts'
import { failure, type Result, success } from '../base/result.ts'
import { type Conversion, childrenOf, first, nameOf, nothing, refuse, textOf, unfit } from './conversion.ts'
import { convertType } from './convert-type.ts'
import type { ExpressionFinding } from './finding.ts'
import { type KnownNames, spellName } from './known-names.ts'
import { parseNumber } from './number.ts'
import { unquote } from './string-literal.ts'
import type { ArithmeticOperator, ComparisonOperator, Expression, Iterator, UnaryTests } from './syntax.ts'

export function convertExpression(
  top: SyntaxNode,
  source: string,
  known: KnownNames,
): Result<Expression, ExpressionFinding> {
  const conversion: Conversion = { source, known, finding: null }
  const expression = convert(conversion, first(top), 0)
  return conversion.finding === null ? success(expression) : failure(conversion.finding)
}

export function convertTests(
  top: SyntaxNode,
  source: string,
  known: KnownNames,
): Result<UnaryTests, ExpressionFinding> {
  const conversion: Conversion = { source, known, finding: null }
  const children = childrenOf(top)
  if (children[0]?.name === 'Wildcard') return success({ kind: 'any' })
  const list = children.find((child) => child.name === 'PositiveUnaryTests')
  const tests = list === undefined ? [] : convertTestList(conversion, list, 0)
  if (conversion.finding !== null) return failure(conversion.finding)
  return success({ kind: 'tests', negated: children[0]?.name === 'not', tests })
}

type Converter = (conversion: Conversion, node: SyntaxNode, depth: number) => Expression

function convert(conversion: Conversion, node: SyntaxNode | undefined, depth: number): Expression {
  if (node === undefined) return unfit(conversion, node)
  if (depth > limits.expressionDepth) {
    const message = `The expression nests deeper than ${limits.expressionDepth} levels`
    return refuse(conversion, 'EXPRESSION_TOO_DEEP', message, node)
  }
  const converter = Object.hasOwn(converters, node.name) ? converters[node.name] : undefined
  return converter === undefined ? unfit(conversion, node) : converter(conversion, node, depth + 1)
}

const converters: Readonly<Record<string, Converter>> = {
  null: () => nothing,
  NumericLiteral: (conversion, node) => {
    const text = textOf(conversion, node).replace(/^-\s*/, '-')
    return { kind: 'literal', value: parseNumber(text) }
  },
  StringLiteral: (conversion, node) => ({ kind: 'literal', value: unquote(textOf(conversion, node)) }),
  BooleanLiteral: (conversion, node) => ({ kind: 'literal', value: textOf(conversion, node) === 'true' }),
  VariableName: (conversion, node) => ({ kind: 'name', name: nameOf(conversion, node) }),
  SpecialFunctionName: (conversion, node) => ({ kind: 'name', name: spellName(textOf(conversion, node)) }),
  '?': () => ({ kind: 'name', name: '?' }),
  ParenthesizedExpression: (conversion, node, depth) => convert(conversion, childrenOf(node)[1], depth),
  SimplePositiveUnaryTest: convertSimpleTest,
  DateTimeLiteral: convertDateTime,
  List: (conversion, node, depth) => ({
    kind: 'list',
    items: childrenOf(node)
      .slice(1, -1)
      .map((item) => convert(conversion, item, depth)),
  }),
  Context: convertContext,
  PathExpression: (conversion, node, depth) => {
    const [source, , name] = childrenOf(node)
    if (name === undefined) return unfit(conversion, node)
    return { kind: 'path', source: convert(conversion, source, depth), name: nameOf(conversion, name) }
  },
  FilterExpression: (conversion, node, depth) => {
    const [source, , condition] = childrenOf(node)
    return {
      kind: 'filter',
      source: convert(conversion, source, depth),
      condition: convert(conversion, condition, depth),
    }
  },
  FunctionInvocation: (conversion, node, depth) => {
    const [callee, , args] = childrenOf(node)
    return convertCall(conversion, convert(conversion, callee, depth), args, depth)
  },
  FunctionDefinition: convertFunction,
  IfExpression: (conversion, node, depth) => {
    const [, condition, , yes, , no] = childrenOf(node)
    return {
      kind: 'if',
      condition: convert(conversion, condition, depth),
      yes: convert(conversion, yes, depth),
      no: convert(conversion, no, depth),
    }
  },
  ForExpression: (conversion, node, depth) => {
    const [, iterators, , body] = childrenOf(node)
    return {
      kind: 'for',
      iterators: convertIterators(conversion, iterators, depth),
      body: convert(conversion, body, depth),
    }
  },
  QuantifiedExpression: (conversion, node, depth) => {
    const [quantifier, iterators, , condition] = childrenOf(node)
    return {
      kind: 'quantified',
      quantifier: quantifier?.name === 'some' ? 'some' : 'every',
      iterators: convertIterators(conversion, iterators, depth),
      condition: convert(conversion, condition, depth),
    }
  },
  Disjunction: (conversion, node, depth) => convertLogic(conversion, node, depth, 'or'),
  Conjunction: (conversion, node, depth) => convertLogic(conversion, node, depth, 'and'),
  ArithmeticExpression: convertArithmetic,
  Comparison: convertComparison,
  InstanceOfExpression: (conversion, node, depth) => {
    const [operand, , , type] = childrenOf(node)
    return {
      kind: 'instance-of',
      operand: convert(conversion, operand, depth),
      type: convertType(conversion, type, depth),
    }
  },
}

function convertSimpleTest(conversion: Conversion, node: SyntaxNode, depth: number): Expression {
  const [operator, endpoint] = childrenOf(node)
  if (operator?.name === 'Interval') return convertInterval(conversion, operator, depth)
  if (operator?.name !== 'CompareOp') return unfit(conversion, operator)
  return {
    kind: 'unary-test',
    operator: textOf(conversion, operator) as ComparisonOperator,
    endpoint: convertOperand(conversion, endpoint, depth),
  }
}

function convertInterval(conversion: Conversion, node: SyntaxNode, depth: number): Expression {
  const [open, start, , end, close] = childrenOf(node)
  return {
    kind: 'range',
    start: convert(conversion, start, depth),
    startIncluded: open?.name === '[',
    end: convert(conversion, end, depth),
    endIncluded: close?.name === ']',
  }
}

/** An operand beside a comparison sign. `a == b` parses as `a = (= b)`, which nobody means. */
function convertOperand(conversion: Conversion, node: SyntaxNode | undefined, depth: number): Expression {
  if (node?.name === 'SimplePositiveUnaryTest' && first(node)?.name === 'CompareOp') {
    return refuse(
      conversion,
      'EXPRESSION_SYNTAX',
      `Unexpected second comparison sign at position ${node.from}; FEEL compares with =, !=, <, <=, > or >=`,
      node,
    )
  }
  return convert(conversion, node, depth)
}

function convertDateTime(conversion: Conversion, node: SyntaxNode, depth: number): Expression {
  const [head, , args] = childrenOf(node)
  if (head?.name === 'AtLiteral') {
    const text = first(head)
    return text === undefined
      ? unfit(conversion, head)
      : { kind: 'at-literal', text: unquote(textOf(conversion, text)) }
  }
  if (head === undefined) return unfit(conversion, node)
  const callee: Expression = { kind: 'name', name: spellName(textOf(conversion, head)) }
  return convertCall(conversion, callee, args, depth)
}

function convertCall(
  conversion: Conversion,
  callee: Expression,
  args: SyntaxNode | undefined,
  depth: number,
): Expression {
  const children = args === undefined ? [] : childrenOf(args)
  if (args?.name !== 'NamedParameters') {
    return { kind: 'call', callee, args: children.map((child) => convert(conversion, child, depth)) }
  }
  const named = children.map((child) => {
    const [name, value] = childrenOf(child)
    return {
      name: name === undefined ? '' : nameOf(conversion, name),
      value: convert(conversion, value, depth),
    }
  })
  return { kind: 'named-call', callee, args: named }
}

function convertContext(conversion: Conversion, node: SyntaxNode, depth: number): Expression {
  const entries = childrenOf(node)
    .filter((child) => child.name === 'ContextEntry')
    .map((entry) => {
      const [key, value] = childrenOf(entry)
      const name = key === undefined ? undefined : first(key)
      const text = name === undefined ? '' : textOf(conversion, name)
      return {
        key: name?.name === 'StringLiteral' ? unquote(text) : spellName(text),
        value: convert(conversion, value, depth),
      }
    })
  return { kind: 'context', entries }
}

function convertFunction(conversion: Conversion, node: SyntaxNode, depth: number): Expression {
  const children = childrenOf(node)
  const external = children.some((child) => child.name === 'external')
  const formal = children.find((child) => child.name === 'FormalParameters')
  const body = children.find((child) => child.name === 'FunctionBody')
  const parameters = (formal === undefined ? [] : childrenOf(formal)).map((parameter) => {
    const [name, type] = childrenOf(parameter)
    return {
      name: name === undefined ? '' : nameOf(conversion, name),
      type: type === undefined ? null : convertType(conversion, type, depth),
    }
  })
  return {
    kind: 'function',
    parameters,
    body: convert(conversion, body === undefined ? undefined : first(body), depth),
    external,
  }
}

function convertIterators(
  conversion: Conversion,
  node: SyntaxNode | undefined,
  depth: number,
): readonly Iterator[] {
  if (node === undefined) return []
  return childrenOf(node).map((child) => {
    const [name, , domain] = childrenOf(child)
    const [from, , to] = domain === undefined ? [] : childrenOf(domain)
    return {
      name: name === undefined ? '' : nameOf(conversion, name),
      from: convert(conversion, from, depth),
      to: to === undefined ? null : convert(conversion, to, depth),
    }
  })
}

/** `a and b and c` parses to the left; one flat node keeps long conditions from nesting. */
function convertLogic(
  conversion: Conversion,
  node: SyntaxNode,
  depth: number,
  kind: 'and' | 'or',
): Expression {
  const operands: (SyntaxNode | undefined)[] = []
  let left: SyntaxNode | undefined = node
  while (left?.name === node.name) {
    const [inner, , right]: readonly SyntaxNode[] = childrenOf(left)
    operands.push(right)
    left = inner
  }
  operands.push(left)
  return { kind, operands: operands.reverse().map((operand) => convert(conversion, operand, depth)) }
}

function convertArithmetic(conversion: Conversion, node: SyntaxNode, depth: number): Expression {
  const parts = childrenOf(node)
  if (parts[0]?.name === 'ArithOp') {
    if (textOf(conversion, parts[0]) === '-') {
      return { kind: 'negation', operand: convert(conversion, parts[1], depth) }
    }
    return unfit(conversion, parts[0])
  }
  const rest: { operator: ArithmeticOperator; operand: SyntaxNode | undefined }[] = []
  let left: SyntaxNode | undefined = node
  while (left?.name === 'ArithmeticExpression') {
    const [inner, sign, right]: readonly SyntaxNode[] = childrenOf(left)
    if (inner?.name === 'ArithOp' || sign === undefined) break
    const text = textOf(conversion, sign)
    rest.push({ operator: (text === '^' ? '**' : text) as ArithmeticOperator, operand: right })
    left = inner
  }
  return {
    kind: 'arithmetic',
    first: convert(conversion, left, depth),
    rest: rest.reverse().map(({ operator, operand }) => ({
      operator,
      operand: convert(conversion, operand, depth),
    })),
  }
}

function convertComparison(conversion: Conversion, node: SyntaxNode, depth: number): Expression {
  const [left, sign, ...operands] = childrenOf(node)
  if (sign?.name === 'between') {
    return {
      kind: 'between',
      operand: convert(conversion, left, depth),
      low: convert(conversion, operands[0], depth),
      high: convert(conversion, operands[2], depth),
    }
  }
  if (sign?.name === 'in') {
    const tests = operands[0]?.name === '(' ? operands[1] : operands[0]
    return {
      kind: 'in',
      operand: convert(conversion, left, depth),
      tests: tests === undefined ? [] : convertTestList(conversion, tests, depth),
    }
  }
  if (sign?.name !== 'CompareOp') return unfit(conversion, sign)
  return {
    kind: 'comparison',
    operator: textOf(conversion, sign) as ComparisonOperator,
    left: convertOperand(conversion, left, depth),
    right: convertOperand(conversion, operands[0], depth),
  }
}

function convertTestList(conversion: Conversion, node: SyntaxNode, depth: number): readonly Expression[] {
  const tests = node.name === 'PositiveUnaryTests' ? childrenOf(node) : [node]
  return tests.map((test) => convert(conversion, first(test), depth))
}
