/** Input data and decisions of a model as nodes. */
import type { ValueLookup } from '../expression/expression.ts'
import { entryOf, isContext, type Value } from '../expression/values.ts'
import type { Decision, ElementReference, InputData } from '../model/decision-model.ts'
import { compileBoxed } from './boxed.ts'
import type { Evaluation } from './evaluation.ts'
import { readTexts } from './input-value.ts'
import { coercionIn } from './link-scope.ts'
import { type Linking, surroundingsOf } from './linking.ts'
import type { DecisionNode, InputNode } from './nodes.ts'

export function linkInput(linking: Linking, file: number, { id, variable }: InputData): InputNode {
  const { scope } = surroundingsOf(linking, { file, id }, { knowledge: [] })
  const type = scope.types.find(variable.type, id)
  const coerce = coercionIn(scope, variable.type, `the input "${variable.name}"`)
  const accept = (value: Value, evaluation: Evaluation) =>
    coerce(type === null ? value : readTexts(value, type), evaluation)
  const node: InputNode = {
    variable,
    type,
    accept,
    valueIn(evaluation) {
      const known = evaluation.values.get(node)
      if (known !== undefined) return known
      const value = accept(givenFor(file, variable.name, evaluation, linking), evaluation)
      evaluation.values.set(node, value)
      return value
    },
  }
  return node
}

/** What was given for input data. That of an imported file may be given in a context of the import's name. */
function givenFor(file: number, name: string, evaluation: Evaluation, { files }: Linking): Value {
  if (file !== evaluation.file) {
    for (const { name: prefix, file: imported } of files[evaluation.file]?.imports ?? []) {
      const context = imported === file ? evaluation.variables(prefix) : undefined
      const found = context !== undefined && isContext(context) ? entryOf(context, name) : undefined
      if (found !== undefined) return found
    }
  }
  return evaluation.variables(name) ?? null
}

export function linkDecision(linking: Linking, file: number, decision: Decision): DecisionNode {
  const own: ElementReference = { file, id: decision.id }
  const { scope, variables } = surroundingsOf(linking, own, decision)
  const { logic, variable } = decision
  const declared = linking.declared[file] ?? new Set()
  const evaluate = logic === undefined ? () => null : compileBoxed(logic, scope)
  const coerce = coercionIn(scope, variable.type, `a result of "${decision.name}"`)
  return {
    file,
    decision,
    variable,
    type: scope.types.find(variable.type, decision.id),
    requires: () => linking.decisions.all(decision.decisions),
    compute(evaluation, trace) {
      const required = variables(evaluation)
      // Models made for Camunda draw no input data: names that nothing in the file has are looked up in what was given.
      const lookup: ValueLookup = (name) => {
        const value = required(name)
        return value === undefined && !declared.has(name) ? evaluation.variables(name) : value
      }
      return coerce(evaluate({ evaluation, variables: lookup }, trace), evaluation)
    },
    accept: coerce,
  }
}
