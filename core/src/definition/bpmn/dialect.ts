/** The pass between guard and read for models of Camunda 7: all later passes see models of Camunda 8. */
import { convertCamunda7, speaksCamunda7 } from '../camunda7/convert.ts'
import type { ConversionEntry } from '../camunda7/element-conversion.ts'
import { readXmlDocument } from '../xml/read-xml-document.ts'
import { writeXml } from '../xml/write-xml.ts'
import { FindingLog } from './finding.ts'
import { type Document, read } from './read.ts'

function report(entry: ConversionEntry, log: FindingLog): void {
  const { elementId, outcome, from, message = '' } = entry
  const text = `${from}: ${message}`
  switch (outcome) {
    case 'translated':
      return
    case 'differs':
      log.warning('CAMUNDA_7_DIFFERENCE', elementId, text)
      return
    case 'ignored':
      log.warning('IGNORED_EXTENSION', elementId, text)
      return
    case 'refused':
      log.error(entry.code ?? 'CAMUNDA_7_EXTENSION', elementId, text)
  }
}

/**
 * The document in the dialect of Camunda 8. Places of findings are those of the file as it is: the parser has seen it
 * first, and what it says of the converted one is known already.
 */
export async function readDialect(xml: string, log: FindingLog): Promise<Document | undefined> {
  const document = await read(xml, log)
  if (document === undefined || !speaksCamunda7(xml)) return document
  const source = readXmlDocument(xml)
  if (!source.ok) {
    log.add({ severity: 'error', code: 'XML_MALFORMED', ...source.error })
    return undefined
  }
  const { document: converted, entries } = convertCamunda7(source.value)
  for (const entry of entries) report(entry, log)
  // What is left of a refused part would only be refused again, in words of another dialect.
  if (entries.some(({ outcome }) => outcome === 'refused')) return undefined
  const again = new FindingLog({ find: () => undefined })
  const understood = await read(writeXml(converted), again)
  if (understood === undefined) for (const finding of again.all()) log.add(finding)
  return understood
}
