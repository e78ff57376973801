/**
 * BPMN files in and out (BPMN 2.0 §2.4, process modelling conformance): a file is understood by way of the metamodel,
 * which says what is wrong with it, and kept as the whole of its XML. So an export holds what the metamodel drops
 * (values that equal a default, the spelling of numbers, foreign attributes and elements, comments, the order of
 * extensions) as well as what Braid can't execute.
 */
import { failure, type Result, success } from '../../base/result.ts'
import type { Positions } from '../finding.ts'
import { readXmlDocument } from '../xml/read-xml-document.ts'
import { writeXml } from '../xml/write-xml.ts'
import type { XmlDocument } from '../xml/xml-document.ts'
import type { Element } from './element.ts'
import { type Finding, FindingLog } from './finding.ts'
import { guard } from './guard.ts'
import { read } from './read.ts'
import { resolve } from './resolve.ts'

export type BpmnFile = {
  /** All that the text says. */
  readonly document: XmlDocument
  /** The same as typed elements with resolved references. */
  readonly definitions: Element
  /** What the metamodel does not know, errors too: they concern who runs the file, not who keeps it. */
  readonly findings: readonly Finding[]
  /** Where ids stand in the text. */
  readonly positions: Positions
}

/** Reads any BPMN file, executable or not. Refused when it is not BPMN or not well-formed. */
export async function importBpmn(text: string): Promise<Result<BpmnFile, readonly Finding[]>> {
  const guarded = guard(text)
  if (!guarded.ok) return guarded
  const { xml, positions } = guarded.value
  const log = new FindingLog(positions)
  const typed = await read(xml, log)
  if (typed === undefined) return failure(log.all())
  const document = readXmlDocument(xml)
  if (!document.ok) {
    log.add({ severity: 'error', code: 'XML_MALFORMED', ...document.error })
    return failure(log.all())
  }
  resolve(typed, log)
  return success({ document: document.value, definitions: typed.definitions, findings: log.all(), positions })
}

/** UTF-8 text with the same information set as the file that was imported (XML Information Set, W3C 2004). */
export const exportBpmn = ({ document }: Pick<BpmnFile, 'document'>): string => writeXml(document)
