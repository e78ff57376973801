/** What becomes of a model made for another engine, element by element: the report that precedes its deployment. */
import { convertCamunda7, speaksCamunda7 } from '../camunda7/convert.ts'
import type { ConversionEntry } from '../camunda7/element-conversion.ts'
import { bpmnNamespace, localNameIn } from '../camunda7/namespaces.ts'
import { elementsIn, type XmlElement } from '../xml/xml-document.ts'
import { compileDocument } from './compile.ts'
import { type Finding, FindingLog } from './finding.ts'
import { type BpmnFile, exportBpmn, importBpmn } from './interchange.ts'
import { read } from './read.ts'

/** From good to bad. An element is as bad as the worst that is to say of it. */
const verdicts = ['unchanged', 'noted', 'ignored', 'translated', 'differs', 'refused'] as const
export type Verdict = (typeof verdicts)[number]

export type Remark = {
  readonly verdict: Exclude<Verdict, 'unchanged'>
  /** What the file says, and what it becomes. */
  readonly from?: string
  readonly to?: string
  readonly message?: string
  /** As in docs/errors.md. */
  readonly code?: string
}

export type ElementReport = {
  /** Absent for what is said of the file as a whole. */
  readonly elementId?: string
  /** `serviceTask`. */
  readonly elementType: string
  readonly name?: string
  readonly line?: number
  readonly verdict: Verdict
  readonly remarks: readonly Remark[]
}

export type Compatibility = {
  /** In the order of the file. */
  readonly elements: readonly ElementReport[]
  /** The file in the dialect of Camunda 8; absent when something is refused. */
  readonly xml?: string
}

/** Warnings that something has no effect; others only are worth knowing. */
const ignoring: ReadonlySet<string> = new Set([
  ...['IGNORED_EXTENSION', 'IGNORED_CONDITION', 'UNKNOWN_ATTRIBUTE', 'PROCESS_SKIPPED'],
])

/** Elements that run or are referred to by what runs. */
const reported =
  /(?:[tT]ask|[eE]vent|[gG]ateway|[sS]ubProcess|^transaction|^callActivity|^sequenceFlow|^process|^message|^signal|^error|^escalation)$/

type Place = Pick<ElementReport, 'elementId' | 'elementType' | 'name' | 'line'>

const remarkOf = ({ outcome, from, to, message, code }: ConversionEntry): Remark => ({
  verdict: outcome,
  from,
  ...(to !== undefined && { to }),
  ...(message !== undefined && { message }),
  ...(code !== undefined && { code }),
})

function remarkOfFinding({ severity, code, message }: Finding): Remark {
  if (severity === 'error') return { verdict: 'refused', code, message }
  return { verdict: ignoring.has(code) ? 'ignored' : 'noted', code, message }
}

/** Everything with an id that a report names, in the order of the file. */
function placesIn(element: XmlElement, positions: BpmnFile['positions']): readonly Place[] {
  const elementType = localNameIn(bpmnNamespace, element)
  if (elementType === undefined) return []
  const inside = elementsIn(element).flatMap((child) => placesIn(child, positions))
  const elementId = element.attributes.get('id')
  if (elementId === undefined || !reported.test(elementType)) return inside
  const name = element.attributes.get('name')
  const line = positions.find(elementId, 'first')?.line
  return [
    { elementId, elementType, ...(name !== undefined && { name }), ...(line !== undefined && { line }) },
    ...inside,
  ]
}

function reportOf(place: Place, remarks: readonly Remark[]): ElementReport {
  const worst = Math.max(0, ...remarks.map(({ verdict }) => verdicts.indexOf(verdict)))
  return { ...place, verdict: verdicts[worst] ?? 'unchanged', remarks }
}

/** What the compiler says of the converted file, at the places of the original one. */
async function findingsOf(xml: string, positions: BpmnFile['positions']): Promise<readonly Finding[]> {
  const log = new FindingLog(positions)
  const document = await read(xml, log)
  if (document !== undefined) compileDocument(document, log)
  return log.all()
}

/** Reads a model for `camunda:` or `zeebe:` and says of every element what it will do. Nothing is deployed. */
export async function checkCompatibility(text: string): Promise<Compatibility> {
  const file = await importBpmn(text)
  if (!file.ok) return { elements: [reportOf({ elementType: 'file' }, file.error.map(remarkOfFinding))] }
  const { document, positions } = file.value
  const { document: converted, entries } = speaksCamunda7(text)
    ? convertCamunda7(document)
    : { document, entries: [] }
  const xml = exportBpmn({ document: converted })
  const refused = new Set(
    entries.filter(({ outcome }) => outcome === 'refused').map(({ elementId }) => elementId),
  )
  // Where the conversion refused something, the compiler only misses what is gone.
  const findings = (await findingsOf(xml, positions)).filter(({ elementId }) => !refused.has(elementId))
  const remarks = new Map<string | undefined, Remark[]>()
  const add = (id: string | undefined, remark: Remark): void => {
    remarks.set(id, [...(remarks.get(id) ?? []), remark])
  }
  for (const entry of entries) add(entry.elementId, remarkOf(entry))
  for (const finding of findings) add(finding.elementId, remarkOfFinding(finding))
  const places = placesIn(document.root, positions)
  const known = new Set(places.map(({ elementId }) => elementId))
  const others = [...remarks.keys()].filter((id) => !known.has(id))
  const elements = [
    ...others.map(
      (id): Place => (id === undefined ? { elementType: 'file' } : { elementId: id, elementType: 'element' }),
    ),
    ...places,
  ].map((place) => reportOf(place, remarks.get(place.elementId) ?? []))
  return elements.some(({ verdict }) => verdict === 'refused') ? { elements } : { elements, xml }
}
