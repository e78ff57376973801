/** The only place that knows bpmn-js: draws a diagram, marks what happened on it, lets tokens travel. */
import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'
import './diagram.css'
import OutlineModule from 'bpmn-js/lib/features/outline'
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer'
import type Canvas from 'diagram-js/lib/core/Canvas'
import type ElementRegistry from 'diagram-js/lib/core/ElementRegistry'
import type EventBus from 'diagram-js/lib/core/EventBus'
import type Overlays from 'diagram-js/lib/features/overlays/Overlays'
import type Selection from 'diagram-js/lib/features/selection/Selection'
import { flattenOutline, type Moddle, type OutlineEntry, outlineOf } from './outline-model.ts'
import { createTokenLayer } from './token-layer.ts'
import type { DrawnFlow, Point } from './token-path.ts'

/** What is drawn onto one element. */
export type ElementMark = {
  readonly active: number
  readonly completed: number
  readonly incidents: number
}

export type DiagramMarks = {
  readonly elements: ReadonlyMap<string, ElementMark>
  /** Flows that a token took at least once. */
  readonly flows: ReadonlySet<string>
}

export type LoadedDiagram = {
  readonly outline: readonly OutlineEntry[]
  readonly drawn: 'all' | 'some' | 'none'
}

export type DiagramViewer = {
  load(xml: string, processId: string): Promise<LoadedDiagram>
  mark(marks: DiagramMarks): void
  move(flows: readonly string[]): void
  select(element: string | undefined): void
  zoom(step: 'in' | 'out' | 'fit'): void
  destroy(): void
}

/** The shape of what bpmn-js keeps per element, as far as it is read here. */
type DrawnElement = {
  readonly id: string
  readonly type: string
  readonly labelTarget?: { readonly id: string }
  readonly waypoints?: readonly Point[]
  readonly source?: { readonly id: string } | null
  readonly target?: { readonly id: string } | null
  readonly di?: { get(name: string): unknown }
}

/** Share of the view that a fitted diagram takes: labels and badges need room at the edge. */
const airAround = 0.92

const markerNames = ['braid-active', 'braid-completed', 'braid-incident'] as const

const isRoot = (element: DrawnElement): boolean =>
  /^bpmn:(Process|Collaboration|Participant)$/.test(element.type)

const hasOwnColours = (element: DrawnElement): boolean =>
  ['color:background-color', 'color:border-color', 'bioc:fill', 'bioc:stroke'].some(
    (name) => typeof element.di?.get(name) === 'string',
  )

function badge(kind: 'active' | 'incident', count: number): HTMLElement {
  const element = document.createElement('div')
  element.className = `braid-badge braid-badge-${kind}`
  element.textContent = kind === 'incident' ? (count > 1 ? `! ${count}` : '!') : String(count)
  element.title =
    kind === 'incident'
      ? `${count} open incident${count > 1 ? 's' : ''}`
      : `${count} token${count > 1 ? 's' : ''} here`
  return element
}

const positions = { active: { top: -12, right: 13 }, incident: { bottom: 13, left: -11 } } as const

export function createViewer(
  container: HTMLElement,
  onSelect: (element: string | undefined) => void,
): DiagramViewer {
  const viewer = new NavigatedViewer({
    container,
    // Without it a selected element looks like any other.
    additionalModules: [OutlineModule],
    bpmnRenderer: {
      defaultFillColor: 'var(--braid-diagram-fill)',
      defaultStrokeColor: 'var(--braid-diagram-stroke)',
      defaultLabelColor: 'var(--braid-diagram-label)',
    },
  })
  const canvas = viewer.get<Canvas>('canvas')
  const registry = viewer.get<ElementRegistry>('elementRegistry')
  const overlays = viewer.get<Overlays>('overlays')
  const tokens = createTokenLayer(() => canvas.getLayer('braid-tokens', 100))
  const flows = new Map<string, DrawnFlow>()
  let shown = new Map<string, ElementMark>()
  let shownFlows = new Set<string>()
  let drawn = false
  // Until somebody zooms or moves it, the diagram stays fitted when its space changes.
  let fitted = true
  const unfit = (): void => {
    fitted = false
  }
  container.addEventListener('wheel', unfit, { passive: true })
  container.addEventListener('pointerdown', unfit)
  const resizes = new ResizeObserver(() => {
    if (!drawn) return
    canvas.resized()
    if (fitted) fit()
  })
  resizes.observe(container)

  viewer.get<EventBus>('eventBus').on('element.click', (event: { readonly element: DrawnElement }) => {
    const element = event.element
    onSelect(isRoot(element) ? undefined : (element.labelTarget?.id ?? element.id))
  })

  function markElement(id: string, mark: ElementMark | undefined): void {
    if (registry.get(id) === undefined || isRoot(registry.get(id) as DrawnElement)) return
    for (const name of markerNames) canvas.removeMarker(id, name)
    overlays.remove({ element: id, type: 'braid' })
    if (mark === undefined) return
    if (mark.incidents > 0) canvas.addMarker(id, 'braid-incident')
    else if (mark.active > 0) canvas.addMarker(id, 'braid-active')
    else if (mark.completed > 0) canvas.addMarker(id, 'braid-completed')
    if (mark.active > 0)
      overlays.add(id, 'braid', { position: positions.active, html: badge('active', mark.active) })
    if (mark.incidents > 0)
      overlays.add(id, 'braid', { position: positions.incident, html: badge('incident', mark.incidents) })
  }

  function show(marks: DiagramMarks): void {
    for (const id of new Set([...shown.keys(), ...marks.elements.keys()])) {
      const before = shown.get(id)
      const after = marks.elements.get(id)
      const same =
        before?.active === after?.active &&
        before?.completed === after?.completed &&
        before?.incidents === after?.incidents
      if (!same) markElement(id, after)
    }
    for (const id of marks.flows)
      if (!shownFlows.has(id) && registry.get(id) !== undefined) canvas.addMarker(id, 'braid-taken')
    shown = new Map(marks.elements)
    shownFlows = new Set(marks.flows)
  }

  function collect(): void {
    flows.clear()
    for (const element of registry.getAll() as DrawnElement[]) {
      if (element.waypoints !== undefined && element.source && element.target)
        flows.set(element.id, {
          id: element.id,
          source: element.source.id,
          target: element.target.id,
          waypoints: element.waypoints.map(({ x, y }) => ({ x, y })),
        })
      if (hasOwnColours(element)) canvas.addMarker(element.id, 'braid-coloured')
    }
  }

  function fit(): void {
    canvas.zoom('fit-viewport', { x: 0, y: 0 })
    canvas.zoom(canvas.zoom() * airAround)
  }

  return {
    async load(xml, processId) {
      shown = new Map()
      shownFlows = new Set()
      // A file without a drawing is fine to run: then only the outline is shown.
      drawn = await viewer.importXML(xml).then(
        () => true,
        () => false,
      )
      if (drawn) {
        collect()
        fit()
      }
      const definitions = viewer.getDefinitions() as Moddle | undefined
      const outline = definitions === undefined ? [] : outlineOf(definitions, processId)
      if (!drawn) return { outline, drawn: 'none' }
      const complete = flattenOutline(outline).every(({ id }) => registry.get(id) !== undefined)
      return { outline, drawn: complete ? 'all' : 'some' }
    },
    mark(marks) {
      if (drawn) tokens.whenIdle(() => show(marks))
    },
    move(ids) {
      if (drawn) tokens.move(ids, flows)
    },
    select(id) {
      viewer.get<Selection>('selection').select((id === undefined ? undefined : registry.get(id)) ?? null)
    },
    zoom(step) {
      if (!drawn) return
      fitted = step === 'fit'
      if (fitted) fit()
      else canvas.zoom(canvas.zoom() * (step === 'in' ? 1.25 : 0.8))
    },
    destroy() {
      resizes.disconnect()
      container.removeEventListener('wheel', unfit)
      container.removeEventListener('pointerdown', unfit)
      tokens.stop()
      viewer.destroy()
    },
  }
}
