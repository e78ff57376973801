/** The variables that FEEL reads. */
import { findBuiltIn } from '../../expression/built-ins/registry.ts'
import type { Expression, Iterator } from '../../expression/syntax.ts'

/** `certain`: not perhaps a key of the item that a filter looks at. */
export type FreeNames = ReadonlyMap<string, { readonly certain: boolean }>

type Walk = { readonly found: Map<string, { certain: boolean }>; readonly filtered: boolean }

/** Every name that nothing inside the expression binds and that is no function of the language. */
export function freeNames(expression: Expression): FreeNames {
  const found = new Map<string, { certain: boolean }>()
  walk(expression, new Set(), { found, filtered: false })
  return found
}

function take(name: string, { found, filtered }: Walk): void {
  const known = found.get(name)
  if (known === undefined) found.set(name, { certain: !filtered })
  else known.certain ||= !filtered
}

function walk(expression: Expression, bound: ReadonlySet<string>, at: Walk): void {
  const seeing = (...names: readonly string[]): ReadonlySet<string> => new Set([...bound, ...names])
  switch (expression.kind) {
    case 'literal':
    case 'at-literal':
      break
    case 'name':
      if (!bound.has(expression.name)) take(expression.name, at)
      break
    case 'context':
      walkContext(expression.entries, bound, at)
      break
    case 'filter':
      walk(expression.source, bound, at)
      walk(expression.condition, seeing('item'), { ...at, filtered: true })
      break
    case 'call':
      walkCall(expression.callee, expression.args, bound, at)
      break
    case 'named-call':
      walkCall(
        expression.callee,
        expression.args.map(({ value }) => value),
        bound,
        at,
      )
      break
    case 'function':
      if (!expression.external)
        walk(expression.body, seeing(...expression.parameters.map(({ name }) => name)), at)
      break
    case 'for':
      walkIteration(expression.iterators, expression.body, seeing('partial'), at)
      break
    case 'quantified':
      walkIteration(expression.iterators, expression.condition, bound, at)
      break
    case 'in':
      walk(expression.operand, bound, at)
      walkAll(expression.tests, seeing('?'), at)
      break
    default:
      walkAll(partsOf(expression), bound, at)
  }
}

function walkAll(parts: readonly Expression[], bound: ReadonlySet<string>, at: Walk): void {
  for (const part of parts) walk(part, bound, at)
}

type Binding = 'literal' | 'at-literal' | 'name' | 'context' | 'filter' | 'call' | 'named-call'
type Plain = Exclude<Expression, { kind: Binding | 'function' | 'for' | 'quantified' | 'in' }>

/** Of what binds no names. */
function partsOf(expression: Plain): readonly Expression[] {
  switch (expression.kind) {
    case 'list':
      return expression.items
    case 'path':
      return [expression.source]
    case 'if':
      return [expression.condition, expression.yes, expression.no]
    case 'negation':
    case 'instance-of':
      return [expression.operand]
    case 'arithmetic':
      return [expression.first, ...expression.rest.map(({ operand }) => operand)]
    case 'and':
    case 'or':
      return expression.operands
    case 'comparison':
      return [expression.left, expression.right]
    case 'between':
      return [expression.operand, expression.low, expression.high]
    case 'range':
      return [expression.start, expression.end]
    case 'unary-test':
      return [expression.endpoint]
  }
}

/** What is called by a name of the language is the language's. */
function walkCall(
  callee: Expression,
  args: readonly Expression[],
  bound: ReadonlySet<string>,
  at: Walk,
): void {
  const ofLanguage =
    callee.kind === 'name' && !bound.has(callee.name) && findBuiltIn(callee.name) !== undefined
  if (!ofLanguage) walk(callee, bound, at)
  walkAll(args, bound, at)
}

/** Entries see the ones before them. */
function walkContext(
  entries: readonly { readonly key: string; readonly value: Expression }[],
  bound: ReadonlySet<string>,
  at: Walk,
): void {
  const inside = new Set(bound)
  for (const { key, value } of entries) {
    walk(value, inside, at)
    inside.add(key)
  }
}

function walkIteration(
  iterators: readonly Iterator[],
  body: Expression,
  bound: ReadonlySet<string>,
  at: Walk,
): void {
  const inside = new Set(bound)
  for (const { name, from, to } of iterators) {
    walk(from, inside, at)
    if (to !== null) walk(to, inside, at)
    inside.add(name)
  }
  walk(body, inside, at)
}
