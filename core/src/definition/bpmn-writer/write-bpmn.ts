/**
 * A Program as executable BPMN 2.0 XML with `zeebe:` extensions, without diagram. Compiling the text gives the Program
 * again, but for what BPMN can't say:
 * - constants that are no text where the extension holds text (they become FEEL that gives the same value);
 * - ids that XML does not allow, which the compiler makes for what starts instances in several ways, and for the task of
 *   a global task (they get others; the global task becomes a process, the place where ways meet a task);
 * - the names of links (a link is a flow of the compiler's own; it is named after its target);
 * - the spelling of what has several: a loop's bound as data reference, a script in a foreign language (it becomes the
 *   job that it is), data associations (mappings), operations (messages);
 * - several events of one loop run, or one for the first run only that has several effects (they become conditions);
 * - an order of nodes in which those of a scope do not follow their scope.
 */
import type { ElementId, Flow, Program } from '../../model/program.ts'
import { writeXml } from '../xml/write-xml.ts'
import type { XmlElement } from '../xml/xml-document.ts'
import { handlerOf } from './event-definitions.ts'
import { feelOf } from './expression-text.ts'
import { listenersExtension } from './extensions.ts'
import { LegalIds } from './legal-ids.ts'
import { type FlowNode, nodeElement } from './nodes.ts'
import { RootElements } from './root-elements.ts'
import { definitionsOf, extensionElements, xml, xmlText } from './xml-parts.ts'

type Writer = {
  readonly program: Program
  readonly nodesByScope: ReadonlyMap<ElementId, readonly FlowNode[]>
  readonly flowsByScope: ReadonlyMap<ElementId, readonly Flow[]>
  /** Place of each flow in the Program, whose order compiling keeps. */
  readonly places: ReadonlyMap<Flow, number>
  readonly linkNames: ReadonlyMap<ElementId, string>
  readonly handlers: ReadonlySet<ElementId>
  readonly roots: RootElements
}

function grouped<T>(
  items: readonly T[],
  keyOf: (item: T) => ElementId,
): ReadonlyMap<ElementId, readonly T[]> {
  const groups = new Map<ElementId, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

const passes = (node: FlowNode): boolean => node.type === 'throw-event' && node.effect.kind === 'none'

/**
 * Names of links by both their ends. An event that waits for nothing catches a link when all that leads to it are events
 * that do nothing else; the flow between them is drawn nowhere.
 */
function linkNamesOf(nodes: readonly FlowNode[], flows: readonly Flow[]): ReadonlyMap<ElementId, string> {
  const passing = new Set(nodes.filter(passes).map(({ id }) => id))
  const sources = grouped(flows, ({ target }) => target)
  const catches = nodes.filter(
    (node) =>
      node.type === 'catch-event' &&
      node.trigger.kind === 'none' &&
      (sources.get(node.id) ?? []).every(({ source }) => passing.has(source)),
  )
  return new Map(
    catches.flatMap(
      ({ id }) => [[id, id], ...(sources.get(id) ?? []).map(({ source }) => [source, id] as const)] as const,
    ),
  )
}

function writerOf(program: Program): Writer {
  const { processId, flows } = program
  const nodes = program.nodes.filter((node): node is FlowNode => node.type !== 'process')
  const scopes = new Map(nodes.map(({ id, scope }) => [id, scope ?? processId]))
  const linkNames = linkNamesOf(nodes, flows)
  const drawn = flows.filter(({ target }) => linkNames.get(target) !== target)
  const handlers = nodes.flatMap((node) => {
    const handler = node.type === 'boundary-event' ? handlerOf(node.trigger) : undefined
    return handler === undefined ? [] : [handler]
  })
  return {
    program,
    nodesByScope: grouped(nodes, ({ scope }) => scope ?? processId),
    flowsByScope: grouped(drawn, ({ source }) => scopes.get(source) ?? processId),
    places: new Map(drawn.map((flow, place) => [flow, place])),
    linkNames,
    handlers: new Set(handlers),
    roots: new RootElements(
      new LegalIds([processId, ...nodes.map(({ id }) => id), ...flows.map(({ id }) => id)]),
    ),
  }
}

function flowElement({ id, name, source, target, condition }: Flow, ids: LegalIds): XmlElement {
  const ends = { sourceRef: ids.of(source), targetRef: ids.of(target) }
  return xml('bpmn:sequenceFlow', { id: ids.of(id), name, ...ends }, [
    condition && xmlText('bpmn:conditionExpression', feelOf(condition)),
  ])
}

/** Place of the first flow anywhere inside a scope. */
function firstPlaceIn(scope: ElementId, writer: Writer): number {
  const own = (writer.flowsByScope.get(scope) ?? []).map((flow) => writer.places.get(flow) ?? 0)
  const inner = (writer.nodesByScope.get(scope) ?? []).map(({ id }) => firstPlaceIn(id, writer))
  return Math.min(Number.POSITIVE_INFINITY, ...own, ...inner)
}

/** Nodes in their order; flows stand where the flows inside of nodes leave them in theirs. */
function scopeContent(scope: ElementId, writer: Writer): readonly XmlElement[] {
  const nodes = writer.nodesByScope.get(scope) ?? []
  const flows = [...(writer.flowsByScope.get(scope) ?? [])]
  const write = (flow: Flow): XmlElement => flowElement(flow, writer.roots.ids)
  const content: XmlElement[] = []
  for (const node of nodes) {
    const first = firstPlaceIn(node.id, writer)
    while (first !== Number.POSITIVE_INFINITY && flows[0] !== undefined) {
      if ((writer.places.get(flows[0]) ?? 0) > first) break
      content.push(...flows.splice(0, 1).map(write))
    }
    content.push(elementOf(node, writer))
  }
  return [...content, ...flows.map(write), ...associations(nodes, writer.roots.ids)]
}

function elementOf(node: FlowNode, writer: Writer): XmlElement {
  const { program, roots, handlers, linkNames } = writer
  const root = program.nodes[0]
  return nodeElement(node, {
    roots,
    startForm: root?.type === 'process' && root.startForm?.start === node.id ? root.startForm : undefined,
    isHandler: handlers.has(node.id),
    link: linkNames.get(node.id),
    inside: scopeContent(node.id, writer),
  })
}

/** What leads from a compensation boundary event to its handler. */
const associations = (nodes: readonly FlowNode[], ids: LegalIds): readonly XmlElement[] =>
  nodes.flatMap((node) => {
    const handler = node.type === 'boundary-event' ? handlerOf(node.trigger) : undefined
    if (handler === undefined) return []
    const ends = { associationDirection: 'One', sourceRef: ids.of(node.id), targetRef: ids.of(handler) }
    return [xml('bpmn:association', { id: ids.make(`compensation-${node.id}`), ...ends })]
  })

export function writeBpmn(program: Program): string {
  const { processId, name, versionTag } = program
  const writer = writerOf(program)
  const root = program.nodes.find((node) => node.type === 'process')
  const tag = versionTag === undefined ? undefined : xml('zeebe:versionTag', { value: versionTag })
  const process = xml('bpmn:process', { id: writer.roots.ids.of(processId), name, isExecutable: true }, [
    extensionElements([tag, listenersExtension('execution', root?.listeners)]),
    ...scopeContent(processId, writer),
  ])
  return writeXml(definitionsOf([process, ...writer.roots.all()]))
}
