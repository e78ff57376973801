/** The part of JUEL (Jakarta Expression Language) that Braid translates, as a tree. */

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '>' | '<=' | '>=' | '+' | '-' | '*' | '/' | '%'

export type Juel =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'property'; readonly base: Juel; readonly name: string }
  | { readonly kind: 'index'; readonly base: Juel; readonly index: Juel }
  | { readonly kind: 'unary'; readonly operator: '!' | '-' | 'empty'; readonly operand: Juel }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Juel; readonly right: Juel }
  | { readonly kind: 'choice'; readonly condition: Juel; readonly then: Juel; readonly otherwise: Juel }

/** Why an expression can't be translated; `at` counts characters from 0. */
export type JuelFlaw = {
  /** Whether it is no JUEL at all, or JUEL that FEEL has no equal for. */
  readonly kind: 'syntax' | 'unsupported'
  readonly message: string
  readonly at: number
}

/** Ends a translation; caught where it began. */
export class JuelRefusal extends Error {
  readonly flaw: JuelFlaw

  constructor(flaw: JuelFlaw) {
    super(flaw.message)
    this.flaw = flaw
  }
}

export const syntaxError = (message: string, at: number): JuelRefusal =>
  new JuelRefusal({ kind: 'syntax', message, at })

export const unsupported = (message: string, at: number): JuelRefusal =>
  new JuelRefusal({ kind: 'unsupported', message, at })
