/** What linking shares between the elements of a model: what they are, their nodes, and their types. */
import type { Value } from '../expression/values.ts'
import type { Boxed, DecisionFile, ElementReference, Variable } from '../model/decision-model.ts'
import type { Evaluation } from './evaluation.ts'
import type { FileTypes } from './item-types.ts'
import type { Report } from './link-finding.ts'
import type { LinkScope } from './link-scope.ts'
import type { DecisionNode, InputNode, KnowledgeNode } from './nodes.ts'
import { lookupOf, namesOf, type Requirement, type RequirementsLookup } from './requirements.ts'

/** Items by the element that they belong to. */
export class ReferenceMap<Item> {
  readonly #items = new Map<string, Item>()

  set({ file, id }: ElementReference, item: Item): void {
    this.#items.set(`${file}#${id}`, item)
  }

  get({ file, id }: ElementReference): Item | undefined {
    return this.#items.get(`${file}#${id}`)
  }

  all(references: readonly ElementReference[]): readonly Item[] {
    return references.flatMap((reference) => this.get(reference) ?? [])
  }
}

/** What an element is to those that require it. */
export type Required = { readonly variable: Variable; readonly logic?: Boxed }

export type Linking = {
  readonly files: readonly DecisionFile[]
  readonly types: readonly FileTypes[]
  readonly report: Report
  /** For each file, the names of its input data and decisions. */
  readonly declared: readonly ReadonlySet<string>[]
  /** Complete from the start. */
  readonly elements: ReferenceMap<Required>
  /** Filled while linking, complete before anything is evaluated. */
  readonly inputs: ReferenceMap<InputNode>
  readonly decisions: ReferenceMap<DecisionNode>
  readonly knowledge: ReferenceMap<KnowledgeNode>
}

export type RequiredElements = {
  readonly inputs?: readonly ElementReference[]
  readonly decisions?: readonly ElementReference[]
  readonly knowledge: readonly ElementReference[]
}

export type Surroundings = { readonly scope: LinkScope; readonly variables: RequirementsLookup }

/** What an element sees: the scope for compiling its logic, and the variables for evaluating it. */
export function surroundingsOf(
  linking: Linking,
  own: ElementReference,
  required: RequiredElements,
): Surroundings {
  const { inputs = [], decisions = [], knowledge } = required
  const toRequirement =
    (find: (reference: ElementReference, evaluation: Evaluation) => Value | undefined) =>
    (reference: ElementReference): Requirement => ({
      file: reference.file,
      id: reference.id,
      element: linking.elements.get(reference) ?? { variable: { name: '' } },
      valueIn: (evaluation) => find(reference, evaluation) ?? null,
    })
  const requirements = [
    ...inputs.map(toRequirement((one, evaluation) => linking.inputs.get(one)?.valueIn(evaluation))),
    ...decisions.map(
      toRequirement((one, evaluation) => {
        const node = linking.decisions.get(one)
        return node === undefined ? undefined : evaluation.values.get(node)
      }),
    ),
    ...knowledge.map(toRequirement((one, evaluation) => linking.knowledge.get(one)?.functionIn(evaluation))),
  ]
  const imports = linking.files[own.file]?.imports ?? []
  const types = linking.types[own.file]
  if (types === undefined) throw new Error(`no file ${own.file} in the model`)
  return {
    scope: {
      file: own.file,
      elementId: own.id,
      names: namesOf(requirements, own.file, imports, (file, type) =>
        linking.types[file]?.componentsOf(type),
      ),
      types,
      report: linking.report,
    },
    variables: lookupOf(requirements, own.file, imports),
  }
}
