/**
 * Models of Camunda 7 (namespace `camunda:`, expressions `${…}`) as models of Camunda 8 (`zeebe:`, FEEL), which is what
 * the compiler reads. The XML is rewritten as a tree, so that whatever else it holds stays as it is.
 */
import {
  elementsIn,
  isXmlElement,
  type XmlDocument,
  type XmlElement,
  type XmlNode,
} from '../xml/xml-document.ts'
import { convertCall, convertDecision } from './calls.ts'
import {
  type ConversionEntry,
  ElementConversion,
  type FileContext,
  type Owner,
} from './element-conversion.ts'
import { convertCaughtCode } from './events.ts'
import { convertJob } from './jobs.ts'
import { isTemplate } from './juel/translate.ts'
import { convertLoop } from './loops.ts'
import { convertMappings } from './mappings.ts'
import { convertProperties, convertVersionTag } from './metadata.ts'
import {
  attributesIn,
  bpmnNamespace,
  camundaNamespace,
  localNameIn,
  prefixOf,
  zeebeNamespace,
} from './namespaces.ts'
import { convertScript } from './scripts.ts'
import { convertAttribute, convertedBody } from './standard-texts.ts'
import { convertUserTask } from './user-tasks.ts'
import { judgeRest, staysInFile } from './without-equal.ts'

export type Conversion = { readonly document: XmlDocument; readonly entries: readonly ConversionEntry[] }

/** Each takes what it knows of an element; the last one judges what is left. */
const aspects: readonly ((conversion: ElementConversion) => void)[] = [
  convertAttribute,
  convertVersionTag,
  convertJob,
  convertDecision,
  convertScript,
  convertUserTask,
  convertCall,
  convertMappings,
  convertLoop,
  convertCaughtCode,
  convertProperties,
  judgeRest,
]

const events: ReadonlySet<string> = new Set([
  ...['startEvent', 'boundaryEvent', 'intermediateCatchEvent', 'intermediateThrowEvent', 'endEvent'],
])

const isExtensions = (node: XmlNode): node is XmlElement =>
  isXmlElement(node) && localNameIn(bpmnNamespace, node) === 'extensionElements'
const isCamunda = (node: XmlNode): boolean =>
  isXmlElement(node) && localNameIn(camundaNamespace, node) !== undefined

/**
 * Whether a text has to be converted. A file without either namespace may have expressions of Camunda 7 too; one of
 * Camunda 8 has texts that only look like them.
 */
export const speaksCamunda7 = (xml: string): boolean =>
  xml.includes(camundaNamespace) || (!xml.includes(zeebeNamespace) && isTemplate(xml))

/** An event says what its definitions say, because extensions of Camunda 8 are read at the event. */
function withDefinitions(event: XmlElement): XmlElement {
  const definitions = elementsIn(event).filter((child) =>
    /EventDefinition$/.test(localNameIn(bpmnNamespace, child) ?? ''),
  )
  const said = definitions.flatMap((definition) =>
    [...attributesIn(camundaNamespace, definition).values()].map(
      ({ written, value }) => [written, value] as const,
    ),
  )
  const extensions = definitions.flatMap((definition) =>
    definition.children.filter(isExtensions).flatMap(({ children }) => children.filter(isCamunda)),
  )
  if (said.length === 0 && extensions.length === 0) return event
  const children = event.children.map((child) =>
    definitions.includes(child as XmlElement) ? withoutCamunda(child as XmlElement) : child,
  )
  const moved = { ...event, attributes: new Map([...said, ...event.attributes]), children }
  return withExtensions(moved, [...extensionsOf(event), ...extensions])
}

function withoutCamunda(element: XmlElement): XmlElement {
  const gone = new Set([...attributesIn(camundaNamespace, element).values()].map(({ written }) => written))
  const attributes = new Map([...element.attributes].filter(([name]) => !gone.has(name)))
  return withExtensions(
    { ...element, attributes },
    extensionsOf(element).filter((node) => !isCamunda(node)),
  )
}

const extensionsOf = (element: XmlElement): readonly XmlNode[] =>
  element.children.filter(isExtensions).flatMap(({ children }) => children)

/** The element with these extensions; they stand behind its documentation. */
function withExtensions(element: XmlElement, extensions: readonly XmlNode[]): XmlElement {
  const present = element.children.find(isExtensions)
  const isEmpty = !extensions.some(isXmlElement)
  if (present !== undefined) {
    const others = element.children.filter((child) => child === present || !isExtensions(child))
    const replacement = isEmpty ? [] : [{ ...present, children: extensions }]
    return { ...element, children: others.toSpliced(others.indexOf(present), 1, ...replacement) }
  }
  if (isEmpty) return element
  const name = `${prefixOf(element)}extensionElements`
  const added: XmlElement = { ...element, name, attributes: new Map(), children: extensions }
  const documentation = element.children.findLastIndex(
    (child) => isXmlElement(child) && localNameIn(bpmnNamespace, child) === 'documentation',
  )
  return { ...element, children: element.children.toSpliced(documentation + 1, 0, added) }
}

class Converter {
  readonly entries: ConversionEntry[] = []
  readonly #file: FileContext
  readonly #namespaces = new Map<XmlElement['namespaces'], XmlElement['namespaces']>()

  constructor(file: FileContext) {
    this.#file = file
  }

  convert(original: XmlElement, around: Owner): XmlElement {
    const type = localNameIn(bpmnNamespace, original)
    // Diagrams and foreign elements; what does not run is nobody's concern.
    if (type === undefined || type === 'extensionElements') return original
    if (type === 'process' && original.attributes.get('isExecutable') === 'false') return original
    const known = { ...original, namespaces: this.#namespacesOf(original) }
    const element = events.has(type) ? withDefinitions(known) : known
    const elementId = element.attributes.get('id')
    const owner = elementId === undefined ? around : { elementId, elementType: type }
    const conversion = new ElementConversion(
      element,
      extensionsOf(element).filter(isXmlElement).filter(isCamunda),
      {
        type,
        owner,
        file: this.#file,
      },
    )
    for (const aspect of aspects) aspect(conversion)
    const converted = this.#rebuilt(conversion)
    this.entries.push(...conversion.entries)
    const children = converted.children.map((child) =>
      isXmlElement(child) ? this.convert(child, owner) : child,
    )
    return { ...converted, children }
  }

  /** With the namespace of Camunda 8; elements without declarations of their own share one map. */
  #namespacesOf({ namespaces }: XmlElement): XmlElement['namespaces'] {
    const known = this.#namespaces.get(namespaces)
    if (known !== undefined) return known
    const extended = new Map([...namespaces, [this.#file.zeebe.slice(0, -1), zeebeNamespace]])
    this.#namespaces.set(namespaces, extended)
    return extended
  }

  #rebuilt(conversion: ElementConversion): XmlElement {
    const { element, changed } = conversion
    const camunda = attributesIn(camundaNamespace, element)
    const gone = new Set(
      [...camunda].filter(([name]) => !staysInFile(name)).map(([, { written }]) => written),
    )
    const attributes = new Map(
      [...element.attributes].flatMap(([name, value]) => {
        if (gone.has(name)) return []
        const now = changed.has(name) ? changed.get(name) : value
        return now === undefined ? [] : [[name, now] as const]
      }),
    )
    const others = extensionsOf(element).filter((node) => !isCamunda(node))
    const additions = conversion.additions(others.filter(isXmlElement))
    const children = convertedBody(conversion) ?? element.children
    return withExtensions({ ...element, attributes, children }, [...others, ...additions])
  }
}

/** The prefix of Camunda 8, declared where it was not yet. */
function withZeebe(root: XmlElement): { readonly root: XmlElement; readonly zeebe: string } {
  const declared = [...root.namespaces].find(([prefix, uri]) => uri === zeebeNamespace && prefix !== '')
  if (declared !== undefined) return { root, zeebe: `${declared[0]}:` }
  let prefix = 'zeebe'
  while (root.namespaces.has(prefix)) prefix += '8'
  const attributes = new Map([...root.attributes, [`xmlns:${prefix}`, zeebeNamespace]])
  return { root: { ...root, attributes }, zeebe: `${prefix}:` }
}

/** Constant codes by the ids of errors and escalations. */
function codesIn(root: XmlElement): ReadonlyMap<string, string> {
  return new Map(
    elementsIn(root).flatMap(({ attributes }) => {
      const code = attributes.get('errorCode') ?? attributes.get('escalationCode')
      return code === undefined || isTemplate(code) ? [] : [[attributes.get('id') ?? '', code] as const]
    }),
  )
}

/** Converts a whole file. Entries stand in the order of the file; with one that is refused, the file lacks its meaning. */
export function convertCamunda7({ content, root: original }: XmlDocument): Conversion {
  const uris = [...original.namespaces.values()]
  const { root, zeebe } = withZeebe(original)
  const isCamunda7 = uris.includes(camundaNamespace) && !uris.includes(zeebeNamespace)
  const converter = new Converter({ zeebe, isCamunda7, codes: codesIn(root) })
  const converted = converter.convert(root, { elementType: 'definitions' })
  return {
    document: { content: content.map((node) => (node === original ? converted : node)), root: converted },
    entries: converter.entries,
  }
}
