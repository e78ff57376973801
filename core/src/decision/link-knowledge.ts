/** Business knowledge models and decision services as functions (DMN 1.5 §6.3.9, §6.3.10, §10.4). */
import { functionOf } from '../expression/user-function.ts'
import { contextOf, type FunctionValue, type Value } from '../expression/values.ts'
import type { DecisionService, KnowledgeModel, Variable } from '../model/decision-model.ts'
import { compileFunction } from './boxed.ts'
import type { Evaluation } from './evaluation.ts'
import { at, type Coerce, coercionIn, type LinkScope, withVariables } from './link-scope.ts'
import { type Linking, surroundingsOf } from './linking.ts'
import { evaluateAll, type KnowledgeNode, type ServiceNode } from './nodes.ts'

/** A function is made once per evaluation, so that it is equal to itself. */
function once(node: object, evaluation: Evaluation, make: () => Value): Value {
  const known = evaluation.values.get(node)
  if (known !== undefined) return known
  const made = make()
  evaluation.values.set(node, made)
  return made
}

/** A variable's type is that of the function or, in older files, of its result. */
function resultCoercion(scope: LinkScope, { name, type }: Variable): Coerce {
  return coercionIn(scope, scope.types.resultOf(type), `a result of "${name}"`)
}

export function linkKnowledge(linking: Linking, file: number, model: KnowledgeModel): KnowledgeNode {
  const { id, variable, logic } = model
  const { scope: outer, variables } = surroundingsOf(linking, { file, id }, model)
  // The function is in sight of itself.
  const scope = withVariables(at(outer, id), [variable])
  const make =
    logic === undefined ? undefined : compileFunction(logic, scope, resultCoercion(scope, variable))
  const node: KnowledgeNode = {
    functionIn: (evaluation) =>
      once(node, evaluation, () => {
        if (make === undefined) return functionOf([], 1, () => null)
        const lookup = variables(evaluation)
        return make({
          evaluation,
          variables: (name) => (name === variable.name ? node.functionIn(evaluation) : lookup(name)),
        })
      }),
  }
  return node
}

export function linkService(linking: Linking, file: number, service: DecisionService): ServiceNode {
  const { id, variable } = service
  const { scope } = surroundingsOf(linking, { file, id }, { knowledge: [] })
  const coerce = resultCoercion(scope, variable)
  const node: ServiceNode = {
    file,
    service,
    outputs: () => linking.decisions.all(service.outputs),
    parameters: () => [
      ...linking.inputs.all(service.inputs),
      ...linking.decisions.all(service.inputDecisions),
    ],
    resultIn(evaluation) {
      const outputs = node.outputs()
      const values = outputs.map((output) => evaluation.values.get(output) ?? null)
      return coerce(
        outputs.length === 1
          ? (values[0] ?? null)
          : contextOf(outputs.map(({ variable: { name } }, index) => [name, values[index] ?? null] as const)),
        evaluation,
      )
    },
    functionIn: (evaluation) => once(node, evaluation, () => serviceFunction(node, evaluation)),
  }
  return node
}

/** Calls nest an evaluation of decisions, each of which nests its own. */
const height = 8

/** Parameters: input data, then input decisions. Nothing else from outside is in sight of the decisions inside. */
function serviceFunction(node: ServiceNode, caller: Evaluation): FunctionValue {
  const parameters = node.parameters()
  return functionOf(
    parameters.map(({ variable: { name }, type }) => ({ name, type })),
    height,
    (values) => {
      const evaluation: Evaluation = { ...caller, values: new Map(), variables: () => undefined }
      for (const [index, parameter] of parameters.entries()) {
        evaluation.values.set(parameter, values[index] ?? null)
      }
      evaluateAll(node.outputs(), evaluation, (decision) => decision.compute(evaluation))
      return node.resultIn(evaluation)
    },
  )
}
