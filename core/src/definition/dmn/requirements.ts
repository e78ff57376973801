/** Elements of the requirements graph (DMN 1.5 §6.3): XML to data. */
import type {
  Decision,
  DecisionService,
  ElementReference,
  InputData,
  KnowledgeModel,
  Variable,
} from '../../model/decision-model.ts'
import { readBoxedIn, readFunction } from './boxed.ts'
import { attributeOf, childOf, childrenOf, nameOf } from './element.ts'
import { idOf, type References } from './library.ts'
import { type Reading, typed } from './reading.ts'
import type { Element } from './tree.ts'

/** What an element is known by in expressions: its variable, or its own name. */
function variableOf(element: Element, reading: Reading): Variable {
  const variable = childOf(element, 'variable')
  const name = nameOf(variable)
  return { name: name === '' ? nameOf(element) : name, ...typed(variable, reading) }
}

export const readInput = (element: Element, reading: Reading): InputData => ({
  id: idOf(element),
  variable: variableOf(element, reading),
})

const knowledgeOf = (element: Element, references: References): readonly ElementReference[] =>
  references.all(
    childrenOf(element, 'knowledgeRequirement').flatMap((one) => childrenOf(one, 'requiredKnowledge')),
    ['businessKnowledgeModel', 'decisionService'],
  )

export function readDecision(element: Element, reading: Reading, references: References): Decision {
  const information = childrenOf(element, 'informationRequirement')
  const logic = readBoxedIn(element, reading)
  if (logic === undefined) {
    reading.log.warning('NO_LOGIC', element, 'this decision has no logic, so its result is null')
  }
  const versionTag = versionTagOf(element)
  return {
    id: idOf(element),
    ...(versionTag !== undefined && { versionTag }),
    name: nameOf(element),
    variable: variableOf(element, reading),
    inputs: references.all(
      information.flatMap((one) => childrenOf(one, 'requiredInput')),
      ['inputData'],
    ),
    decisions: references.all(
      information.flatMap((one) => childrenOf(one, 'requiredDecision')),
      ['decision'],
    ),
    knowledge: knowledgeOf(element, references),
    ...(logic !== undefined && { logic }),
  }
}

const zeebeNamespace = 'http://camunda.org/schema/zeebe/1.0'

/** `<zeebe:versionTag value="…" />` in the decision's extensions. */
function versionTagOf(element: Element): string | undefined {
  const extensions = childOf(element, 'extensionElements')?.children ?? []
  return attributeOf(
    extensions.find(({ name, namespace }) => name === 'versionTag' && namespace === zeebeNamespace),
    'value',
  )
}

export function readKnowledge(element: Element, reading: Reading, references: References): KnowledgeModel {
  const logic = childOf(element, 'encapsulatedLogic')
  if (logic === undefined) {
    reading.log.warning('NO_LOGIC', element, 'this business knowledge model has no logic, so it gives null')
  }
  return {
    id: idOf(element),
    name: nameOf(element),
    variable: variableOf(element, reading),
    knowledge: knowledgeOf(element, references),
    ...(logic !== undefined && { logic: readFunction(logic, reading) }),
  }
}

export const readService = (element: Element, reading: Reading, references: References): DecisionService => ({
  id: idOf(element),
  name: nameOf(element),
  variable: variableOf(element, reading),
  outputs: references.all(childrenOf(element, 'outputDecision'), ['decision']),
  inputDecisions: references.all(childrenOf(element, 'inputDecision'), ['decision']),
  inputs: references.all(childrenOf(element, 'inputData'), ['inputData']),
})
