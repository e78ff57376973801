/** The second pass: a file's XML to data, with the references into it and into other files resolved. */
import type { DecisionFile, Import } from '../../model/decision-model.ts'
import { quoted } from '../bpmn/quote.ts'
import { readXmlDocument } from '../xml/read-xml-document.ts'
import {
  attributeOf,
  childrenOf,
  isFeelNamespace,
  isModelElement,
  isModelNamespace,
  nameOf,
} from './element.ts'
import type { FindingLog } from './finding.ts'
import { readItemDefinition } from './item-definitions.ts'
import { References, type Shelf } from './library.ts'
import type { Reading } from './reading.ts'
import { readDecision, readInput, readKnowledge, readService } from './requirements.ts'
import { type Element, treeOf } from './tree.ts'

/** Every element of DMN 1.1 to 1.5. A name that is none of them was meant to say something that nobody reads. */
const knownNames: ReadonlySet<string> = new Set(
  `allowedAnswers allowedValues annotation annotationEntry artifact association authorityRequirement
  binding businessContextElement businessKnowledgeModel column conditional context contextEntry decision
  decisionMade decisionMaker decisionOwned decisionOwner decisionService decisionTable defaultOutputEntry
  definitions description drgElement elementCollection else encapsulatedDecision encapsulatedLogic every
  extensionElements filter for formalParameter functionDefinition functionItem group if impactedPerformanceIndicator
  impactingDecision import importedElement importedValues in informationRequirement input inputData inputDecision
  inputEntry inputExpression inputValues invocation itemComponent itemDefinition knowledgeRequirement
  knowledgeSource list literalExpression locationURI match organizationUnit outputDecision outputEntry output
  outputValues owner parameter parameters performanceIndicator question relation requiredAuthority
  requiredDecision requiredInput requiredKnowledge return row rule satisfies some sourceRef supportedObjective
  targetRef text textAnnotation then type typeConstraint typeRef usingProcess usingTask value
  variable`.split(/\s+/),
)

/** The root of a file; `undefined` when it is not DMN. */
export function readRoot(xml: string, log: FindingLog): Element | undefined {
  const read = readXmlDocument(xml)
  if (!read.ok) {
    const { message, line, column } = read.error
    const text = `expected well-formed XML, got ${quoted(message)}`
    log.add({ severity: 'error', code: 'XML_MALFORMED', message: text, line, column })
    return undefined
  }
  const root = treeOf(read.value.root)
  if (root.name === 'definitions' && isModelElement(root)) return root
  const got = `<${root.name}> of ${root.namespace === '' ? 'no namespace' : quoted(root.namespace)}`
  log.error('NOT_DMN', root, `expected definitions of DMN 1.1 to 1.5, got ${got}`)
  return undefined
}

/** Reports what nobody here reads, in an element and all that is inside of it. */
function reportUnknown(element: Element, log: FindingLog): void {
  const language = attributeOf(element, 'expressionLanguage')
  if (language !== undefined && !isFeelNamespace(language)) {
    log.error(
      'UNSUPPORTED_LANGUAGE',
      element,
      `expected FEEL as expression language, got ${quoted(language)}`,
    )
  }
  for (const child of element.children) {
    if (!isModelElement(child)) continue
    if (!knownNames.has(child.name)) {
      log.error('UNKNOWN_ELEMENT', child, `expected an element of DMN, got ${quoted(child.name)}`)
    }
    reportUnknown(child, log)
  }
}

/** Imports of other DMN files; what else may be imported (PMML, XML Schema) plays no part here. */
function readImports(definitions: Element, shelves: readonly Shelf[], log: FindingLog): readonly Import[] {
  const imports: Import[] = []
  for (const element of childrenOf(definitions, 'import')) {
    const type = attributeOf(element, 'importType') ?? ''
    const namespace = attributeOf(element, 'namespace') ?? ''
    const file = shelves.findIndex((shelf) => shelf.namespace === namespace)
    const name = nameOf(element)
    if (!isModelNamespace(type)) {
      const message = `expected an import of DMN, got ${quoted(type)}; it is ignored`
      log.warning('UNSUPPORTED_LANGUAGE', element, message)
    } else if (file === -1) {
      const message = `expected a file with the namespace ${quoted(namespace)} beside this one, got none`
      log.error('DANGLING_REFERENCE', element, message)
    } else if (imports.some((other) => other.file === file || (other.name === name && name !== ''))) {
      const message = `expected one import of each file, with a name of its own, got ${quoted(name)} again`
      log.error('DUPLICATE_NAME', element, message)
    } else imports.push({ name, file })
  }
  return imports
}

export function readFile(
  definitions: Element,
  file: number,
  shelves: readonly Shelf[],
  log: FindingLog,
): DecisionFile {
  reportUnknown(definitions, log)
  const namespace = shelves[file]?.namespace ?? ''
  const imports = readImports(definitions, shelves, log)
  const importNames = new Map(imports.map(({ name, file: at }) => [shelves[at]?.namespace ?? '', name]))
  const reading: Reading = { log, namespace, importNames }
  const references = new References(shelves, file, log)
  const all = <Item>(name: string, read: (element: Element) => Item): readonly Item[] =>
    childrenOf(definitions, name).map(read)
  return {
    id: definitions.id ?? '',
    name: nameOf(definitions),
    namespace,
    imports,
    types: all('itemDefinition', (element) => readItemDefinition(element, reading)),
    inputs: all('inputData', (element) => readInput(element, reading)),
    decisions: all('decision', (element) => readDecision(element, reading, references)),
    knowledge: all('businessKnowledgeModel', (element) => readKnowledge(element, reading, references)),
    services: all('decisionService', (element) => readService(element, reading, references)),
  }
}
