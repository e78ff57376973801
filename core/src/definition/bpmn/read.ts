/// <reference path="./bpmn-moddle.d.ts" />
/**
 * The second pass: XML to a tree of typed elements by bpmn-moddle with the zeebe metamodel. The parser only warns of
 * most faults; here they become findings, because whatever it skipped would be lost silently.
 */
import type { ParseWarning } from 'bpmn-moddle'
import { type Element, isElement } from './element.ts'
import type { FindingCode, FindingLog } from './finding.ts'
import { moddle } from './metamodel.ts'
import { quoted } from './quote.ts'

export type UnresolvedReference = {
  readonly element: Element
  readonly property: string
  readonly value: string
}

export type Document = {
  readonly definitions: Element
  /** Null-prototype: an id such as `constructor` finds nothing by accident. */
  readonly elementsById: Readonly<Record<string, unknown>>
  readonly unresolved: readonly UnresolvedReference[]
}

/** Elements of the diagram: a fault in one can't change what runs. */
const diagramNames = /^<(?:[\w.-]+:)?(?:BPMN\w+|Bounds|waypoint|Font)\b/

const unparsable =
  /^unparsable content ([\s\S]*?) ?detected\n\tline: (\d+)\n\tcolumn: (\d+)\n\tnested error: ([\s\S]*)$/

type Place = { readonly line: number; readonly column: number }
type Unparsable = { readonly tag: string; readonly reason: string; readonly place: Place }

/** Takes apart the parser's only structured message; its lines and columns count from 0. */
function takeApart(message: string): Unparsable | undefined {
  const match = unparsable.exec(message)
  if (match === null) return undefined
  const [, tag = '', line = '0', column = '0', reason = ''] = match
  return { tag, reason, place: { line: Number(line) + 1, column: Number(column) + 1 } }
}

/** What the parser skipped, by the reason it gives. Elements of namespaces that nobody here knows may be skipped. */
function reportSkipped({ tag, reason, place }: Unparsable, log: FindingLog): void {
  const add = (severity: 'error' | 'warning', code: FindingCode, message: string, elementId?: string): void =>
    log.add({ severity, code, message, ...(elementId !== undefined && { elementId }), ...place })
  const severity = diagramNames.test(tag) ? 'warning' : 'error'
  const duplicate = /^duplicate ID <(.*)>$/.exec(reason)?.[1]
  if (duplicate !== undefined) {
    log.error('DUPLICATE_ID', duplicate, `expected every id once, got ${quoted(duplicate)} again`)
    return
  }
  const illegal = /^illegal ID <([\s\S]*)>$/.exec(reason)?.[1]
  if (illegal !== undefined) {
    const message = `expected an id of ASCII letters, digits, "_", "-", "." that starts with a letter or "_", got ${quoted(illegal)}`
    add(severity, 'INVALID_ID', message, illegal)
    return
  }
  const element = /^(?:unrecognized element|unknown type) <((?:([\w.-]+):)?[^>]*)>$/.exec(reason)
  if (element !== null) {
    const [, name = '', prefix = ''] = element
    if (prefix === 'bpmn' || prefix === 'zeebe') {
      add(
        severity,
        'UNKNOWN_ELEMENT',
        `expected an element that is defined for its place, got ${quoted(name)}`,
      )
    } else
      add(
        'warning',
        'IGNORED_EXTENSION',
        `${quoted(name)} stands where BPMN has no extensions; it is ignored`,
      )
    return
  }
  if (reason.startsWith('unexpected element')) {
    add('error', 'NOT_BPMN', `expected definitions of BPMN 2.0, got ${quoted(tag)}`)
  } else if (reason.startsWith('unexpected body text') || reason === 'expected no sub nodes') {
    add(severity, 'UNKNOWN_ELEMENT', `expected no such content here, got ${quoted(tag.trim())}`)
  } else
    add('error', 'XML_MALFORMED', `expected well-formed XML, got ${quoted(reason)} at ${quoted(tag.trim())}`)
}

/** An unknown attribute of an extension may mean something to Camunda 8; one of the standard can't. */
function reportAttribute(element: Element, attribute: string, log: FindingLog): void {
  const isZeebe =
    attribute.startsWith('zeebe:') || (element.$type.startsWith('zeebe:') && !attribute.includes(':'))
  if (isZeebe && !attribute.startsWith('zeebe:modeler')) {
    log.error(
      'UNSUPPORTED_ELEMENT',
      element,
      `attribute ${quoted(attribute)} of ${element.$type} is not supported`,
    )
  } else {
    log.warning(
      'UNKNOWN_ATTRIBUTE',
      element,
      `${element.$type} has no attribute ${quoted(attribute)}; it is ignored`,
    )
  }
}

function reportWarnings(warnings: readonly ParseWarning[], log: FindingLog): readonly UnresolvedReference[] {
  const unresolved: UnresolvedReference[] = []
  for (const { message, element, property, value } of warnings) {
    const skipped = takeApart(message)
    if (skipped !== undefined) reportSkipped(skipped, log)
    else if (property !== undefined && isElement(element)) {
      if (message.startsWith('unknown attribute')) reportAttribute(element, property, log)
      else unresolved.push({ element, property, value: value ?? '' })
    }
  }
  return unresolved
}

/** Parses the text. `undefined` when there is no tree to go on with; then the log says why. */
export async function read(xml: string, log: FindingLog): Promise<Document | undefined> {
  try {
    const { rootElement, elementsById, warnings } = await moddle.fromXML(withoutAstralReferences(xml))
    const unresolved = reportWarnings(warnings, log)
    return isElement(rootElement) ? { definitions: rootElement, elementsById, unresolved } : undefined
  } catch (error) {
    if (!(error instanceof Error) || !('warnings' in error)) throw error
    reportWarnings(error.warnings as readonly ParseWarning[], log)
    const fatal = takeApart(error.message)
    if (fatal !== undefined) reportSkipped(fatal, log)
    else if (!log.failed)
      log.error('NOT_BPMN', undefined, 'expected definitions of BPMN 2.0, got something else')
    return undefined
  }
}

/** The parser would cut references beyond U+FFFF to 16 bits. */
const withoutAstralReferences = (xml: string): string =>
  xml.replace(/&#(?:[xX]([0-9a-fA-F]+)|(\d+));/g, (reference, hex?: string, decimal?: string) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0xffff ? String.fromCodePoint(code) : reference
  })
