/** What linking shares between the elements of a model: what they are, their nodes, and their types. */
import { type KnownNames, knownNames } from '../expression/parse/known-names.ts'
import type { Value } from '../expression/values.ts'
import type { DecisionFile, ElementReference, Variable } from '../model/decision-model.ts'
import type { Evaluation } from './evaluation.ts'
import type { FileTypes } from './item-types.ts'
import type { Report } from './link-finding.ts'
import type { LinkScope } from './link-scope.ts'
import type { DecisionNode, InputNode, KnowledgeNode } from './nodes.ts'
import { lookupOf, type Requirement, type RequirementsLookup } from './requirements.ts'

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
export type Required = {
  readonly variable: Variable
  /** Keys of the contexts that it makes, for the parser to know. */
  readonly keys: KnownNames
}

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
      variable: linking.elements.get(reference)?.variable ?? { name: '' },
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
  return {
    scope: scopeOf(linking, own, [...inputs, ...decisions, ...knowledge]),
    variables: lookupOf(requirements, own.file, imports),
  }
}

/** The names and types that the logic of an element sees. */
function scopeOf(linking: Linking, own: ElementReference, required: readonly ElementReference[]): LinkScope {
  const types = linking.types[own.file]
  if (types === undefined) throw new Error(`no file ${own.file} in the model`)
  const layers = new Set<KnownNames>()
  const names = (linking.files[own.file]?.imports ?? []).map(({ name }) => name)
  for (const reference of required) {
    const element = linking.elements.get(reference)
    if (element === undefined) continue
    const { variable, keys } = element
    names.push(variable.name)
    if (keys.next.size > 0) layers.add(keys)
    for (const layer of linking.types[reference.file]?.namesInside(variable.type) ?? []) layers.add(layer)
  }
  return {
    file: own.file,
    elementId: own.id,
    layers: [...layers, knownNames(names)],
    types,
    report: linking.report,
  }
}
