/** From the data of a model to a graph that can run: names and types are looked up, expressions compiled, once. */

import { knownNames, noNames } from '../expression/parse/known-names.ts'
import type { DecisionModel } from '../model/decision-model.ts'
import { typesOf } from './item-types.ts'
import { linkDecision, linkInput } from './link-decision.ts'
import type { Report } from './link-finding.ts'
import { linkKnowledge, linkService } from './link-knowledge.ts'
import { type Linking, ReferenceMap } from './linking.ts'
import type { DecisionNode, ServiceNode } from './nodes.ts'
import { keysMadeBy } from './requirements.ts'

export type DecisionGraph = {
  readonly model: DecisionModel
  /** What can be evaluated, by id and by name. */
  readonly targets: ReadonlyMap<string, Target>
}

export type Target =
  | { readonly kind: 'decision'; readonly node: DecisionNode }
  | { readonly kind: 'service'; readonly node: ServiceNode }

/** The closures of a compiled model. What compiling a model reports as a finding is null here. */
export const linkDecisions = (model: DecisionModel): DecisionGraph => linkModel(model, () => undefined)

/** Links a model and reports what does not fit together. */
export function linkModel(model: DecisionModel, report: Report): DecisionGraph {
  const linking: Linking = {
    files: model.files,
    types: typesOf(model.files, report),
    report,
    declared: model.files.map(
      ({ inputs, decisions }) => new Set([...inputs, ...decisions].map(({ variable }) => variable.name)),
    ),
    elements: elementsOf(model),
    inputs: new ReferenceMap(),
    decisions: new ReferenceMap(),
    knowledge: new ReferenceMap(),
  }
  const targets: (Target & { readonly id: string; readonly name: string })[] = []
  for (const [file, definitions] of model.files.entries()) {
    for (const input of definitions.inputs) {
      linking.inputs.set({ file, id: input.id }, linkInput(linking, file, input))
    }
    for (const knowledge of definitions.knowledge) {
      linking.knowledge.set({ file, id: knowledge.id }, linkKnowledge(linking, file, knowledge))
    }
    for (const service of definitions.services) {
      const node = linkService(linking, file, service)
      linking.knowledge.set({ file, id: service.id }, node)
      targets.push({ kind: 'service', node, id: service.id, name: service.name })
    }
    for (const decision of definitions.decisions) {
      const node = linkDecision(linking, file, decision)
      linking.decisions.set({ file, id: decision.id }, node)
      targets.push({ kind: 'decision', node, id: decision.id, name: decision.name })
    }
  }
  // Earlier files come before later ones, and ids before names.
  const backwards = targets.toReversed()
  return {
    model,
    targets: new Map([
      ...backwards.map((target) => [target.name, target] as const),
      ...backwards.map((target) => [target.id, target] as const),
    ]),
  }
}

function elementsOf({ files }: DecisionModel): Linking['elements'] {
  const elements: Linking['elements'] = new ReferenceMap()
  for (const [file, { inputs, decisions, knowledge, services }] of files.entries()) {
    for (const { id, variable } of [...inputs, ...services]) {
      elements.set({ file, id }, { variable, keys: noNames() })
    }
    for (const { id, variable, logic } of [...decisions, ...knowledge]) {
      const keys = logic === undefined ? noNames() : knownNames(keysMadeBy(logic))
      elements.set({ file, id }, { variable, keys })
    }
  }
  return elements
}
