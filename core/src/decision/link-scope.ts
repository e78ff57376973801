/** What linking knows at one place of a model: the names that expressions there may use, and the types. */
import {
  type CompiledExpression,
  type CompiledUnaryTests,
  compileExpression,
  compileUnaryTests,
} from '../expression/expression.ts'
import { declareName, type KnownNames, noNames } from '../expression/parse/known-names.ts'
import type { TypeReference } from '../expression/syntax.ts'
import { coerce } from '../expression/type-check.ts'
import type { Value } from '../expression/values.ts'
import type { Variable } from '../model/decision-model.ts'
import { type Evaluation, note } from './evaluation.ts'
import type { FileTypes } from './item-types.ts'
import type { Report } from './link-finding.ts'

export type LinkScope = {
  readonly file: number
  /** The nearest element with an id. */
  readonly elementId: string | undefined
  /** Names in sight, in trees that the scopes inside share; the last one grows by what is declared here. */
  readonly layers: KnownNames[]
  readonly types: FileTypes
  readonly report: Report
}

/** Inside of an element, which may have an id. */
export const at = (scope: LinkScope, id: string | undefined): LinkScope =>
  id === undefined ? scope : { ...scope, elementId: id }

/** A scope for more variables, which what is around it does not see. */
export const inside = (scope: LinkScope): LinkScope => ({
  ...scope,
  layers: [...scope.layers.filter(({ next }) => next.size > 0), noNames()],
})

/** Brings a variable into sight of all that is compiled in this scope from now on. */
export function declare(scope: LinkScope, { name, type }: Variable): void {
  const own = scope.layers.at(-1)
  if (own !== undefined) declareName(own, name)
  for (const layer of scope.types.namesInside(type)) {
    if (!scope.layers.includes(layer)) scope.layers.unshift(layer)
  }
}

/** A scope with more variables in sight. */
export function withVariables(outer: LinkScope, variables: readonly Variable[]): LinkScope {
  const scope = inside(outer)
  for (const variable of variables) declare(scope, variable)
  return scope
}

/** A FEEL expression; one that doesn't parse is reported, and is null. Empty text is null. */
export function expressionIn(scope: LinkScope, feel: string): CompiledExpression['value'] {
  if (feel === '') return () => null
  const compiled = compileExpression(feel, { layers: scope.layers, types: scope.types.named })
  if (compiled.ok) return compiled.value.value
  reportInvalid(scope, 'a FEEL expression', feel, compiled.error.message)
  return (run) => run.warn(compiled.error.message)
}

/** Unary tests; those that don't parse are reported, and met by nothing. Null when everything meets them. */
export function testsIn(scope: LinkScope, feel: string): CompiledUnaryTests['answer'] | null {
  if (feel === '' || feel === '-') return null
  const compiled = compileUnaryTests(feel, { layers: scope.layers, types: scope.types.named })
  if (compiled.ok) return compiled.value.answer
  reportInvalid(scope, 'unary tests', feel, compiled.error.message)
  return (run) => run.warn(compiled.error.message)
}

function reportInvalid(scope: LinkScope, what: string, feel: string, fault: string): void {
  const text = feel.length > 100 ? `${feel.slice(0, 100)}…` : feel
  scope.report({
    code: 'INVALID_EXPRESSION',
    file: scope.file,
    elementId: scope.elementId,
    message: `expected ${what}, got ${JSON.stringify(text)}: ${fault}`,
  })
}

/** Makes a value one of a type, or null with a note. */
export type Coerce = (value: Value, evaluation: Evaluation) => Value

const unchanged: Coerce = (value) => value

/** How values become those of a type (DMN 1.5 §10.3.2.9.4). `what` names the value in notes. */
export function coercionIn(scope: LinkScope, typeName: string | undefined, what: string): Coerce {
  const type: TypeReference | null = scope.types.find(typeName, scope.elementId)
  if (type === null) return unchanged
  return (value, evaluation) => {
    const coerced = coerce(value, type, evaluation.run)
    return coerced === null && value !== null
      ? note(evaluation, 'TYPE_MISMATCH', `Expected ${what} of type ${typeName}, got another value`)
      : coerced
  }
}
