/** The elements of a diagram as a tree in flow order: what a screen reader gets in place of the picture. */

/** The part of a bpmn-moddle element that is read here. */
export type Moddle = {
  readonly $type: string
  readonly id?: string
  readonly name?: string
  readonly rootElements?: readonly Moddle[]
  readonly flowElements?: readonly Moddle[]
  readonly outgoing?: readonly Moddle[]
  readonly targetRef?: Moddle
  readonly attachedToRef?: Moddle
}

export type OutlineEntry = {
  readonly id: string
  readonly name: string
  /** In words: "user task". */
  readonly kind: string
  readonly children: readonly OutlineEntry[]
}

const words = (type: string): string =>
  type
    .replace(/^bpmn:/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()

const isFlowNode = (element: Moddle): boolean =>
  element.id !== undefined && !/(SequenceFlow|DataObject|DataStore|Association)/.test(element.$type)

/** Start events first, then along the flows; boundary events after their activity; the unreachable last. */
function inFlowOrder(elements: readonly Moddle[]): readonly Moddle[] {
  const nodes = new Set(elements.filter(isFlowNode))
  const attachedTo = Map.groupBy(nodes, (node) => node.attachedToRef)
  const ordered = new Set<Moddle>()
  const visit = (roots: Iterable<Moddle>): void => {
    let level = [...roots]
    while (level.length > 0) {
      const fresh = level.filter((node) => nodes.has(node) && !ordered.has(node))
      level = []
      for (const node of fresh) {
        const attached = attachedTo.get(node) ?? []
        for (const one of [node, ...attached]) {
          ordered.add(one)
          for (const flow of one.outgoing ?? []) if (flow.targetRef !== undefined) level.push(flow.targetRef)
        }
      }
    }
  }
  visit([...nodes].filter((node) => node.$type === 'bpmn:StartEvent'))
  visit([...nodes].filter((node) => node.attachedToRef === undefined))
  visit(nodes)
  return [...ordered]
}

function entryOf(element: Moddle): OutlineEntry {
  const id = element.id ?? ''
  return {
    id,
    name: element.name?.trim() || id,
    kind: words(element.$type),
    children: inFlowOrder(element.flowElements ?? []).map(entryOf),
  }
}

/** Of one process: what else is in the file takes no part in its runs. */
export function outlineOf(definitions: Moddle, processId: string): readonly OutlineEntry[] {
  const processes = (definitions.rootElements ?? []).filter(
    (element) => element.$type === 'bpmn:Process' && element.id === processId,
  )
  return processes.flatMap((process) => inFlowOrder(process.flowElements ?? []).map(entryOf))
}

/** Every entry of the tree, parents before children. */
export function flattenOutline(entries: readonly OutlineEntry[]): readonly OutlineEntry[] {
  return entries.flatMap((entry) => [entry, ...flattenOutline(entry.children)])
}
