import type { Run } from './run.ts'
import type { FeelNumber, Value } from './values.ts'

/** A type after `instance of`, of a function's parameter, or of an item definition (DMN 1.5 §10.3.2.9). */
export type TypeReference =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'list'; readonly item: TypeReference }
  | { readonly kind: 'range'; readonly end: TypeReference }
  | { readonly kind: 'context'; readonly entries: readonly { name: string; type: TypeReference }[] }
  /** A type that allows some of the values of another one. Null is allowed by every type. */
  | {
      readonly kind: 'constrained'
      readonly base: TypeReference
      readonly allows: (value: Value, run: Run) => boolean
    }
  | {
      readonly kind: 'function'
      readonly parameters: readonly TypeReference[]
      readonly result: TypeReference
    }

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>='
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '**'

/** `name in from`, or `name in from..to`. */
export type Iterator = {
  readonly name: string
  readonly from: Expression
  readonly to: Expression | null
}

export type NamedArgument = { readonly name: string; readonly value: Expression }

/** One FEEL expression as data (DMN 1.5 §10.3.1.2). Chains of operators are flat, so long sums don't nest. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: null | boolean | string | FeelNumber }
  | { readonly kind: 'at-literal'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'context'; readonly entries: readonly { key: string; value: Expression }[] }
  | { readonly kind: 'path'; readonly source: Expression; readonly name: string }
  | { readonly kind: 'filter'; readonly source: Expression; readonly condition: Expression }
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Expression[] }
  | { readonly kind: 'named-call'; readonly callee: Expression; readonly args: readonly NamedArgument[] }
  | {
      readonly kind: 'function'
      readonly parameters: readonly { name: string; type: TypeReference | null }[]
      readonly body: Expression
      /** Whether the body is the mapping to a function outside of FEEL. */
      readonly external: boolean
    }
  | { readonly kind: 'if'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'for'; readonly iterators: readonly Iterator[]; readonly body: Expression }
  | {
      readonly kind: 'quantified'
      readonly quantifier: 'some' | 'every'
      readonly iterators: readonly Iterator[]
      readonly condition: Expression
    }
  | { readonly kind: 'negation'; readonly operand: Expression }
  | {
      readonly kind: 'arithmetic'
      readonly first: Expression
      readonly rest: readonly { operator: ArithmeticOperator; operand: Expression }[]
    }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | {
      readonly kind: 'comparison'
      readonly operator: ComparisonOperator
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly kind: 'between'
      readonly operand: Expression
      readonly low: Expression
      readonly high: Expression
    }
  | { readonly kind: 'in'; readonly operand: Expression; readonly tests: readonly Expression[] }
  | { readonly kind: 'instance-of'; readonly operand: Expression; readonly type: TypeReference }
  | {
      readonly kind: 'range'
      readonly start: Expression
      readonly startIncluded: boolean
      readonly end: Expression
      readonly endIncluded: boolean
    }
  | { readonly kind: 'unary-test'; readonly operator: ComparisonOperator; readonly endpoint: Expression }

/** The tests of a decision table cell: a dash, a list of tests, or `not(...)` of one. */
export type UnaryTests =
  | { readonly kind: 'any' }
  | { readonly kind: 'tests'; readonly negated: boolean; readonly tests: readonly Expression[] }
