/** A graph of nodes as an SVG picture that needs nothing else. */
import type { DagGraph, DagGraphNode } from './graph.ts'
import {
  type Box,
  characterWidth,
  longestLabel,
  type PlacedGraph,
  type Point,
  placeGraph,
} from './graph-layout.ts'

/** How a node stands in a run. */
export type NodeState =
  | 'waiting'
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'incident'
  | 'canceled'

/** Fill and border; the text on them is dark, in both colour schemes. */
const colours: Readonly<Record<NodeState | 'plain', readonly [fill: string, stroke: string]>> = {
  plain: ['#ffffff', '#5b6472'],
  waiting: ['#f4f5f7', '#8a93a2'],
  queued: ['#e8eef9', '#5b7fc7'],
  running: ['#cfe2ff', '#1d5fd1'],
  succeeded: ['#d3f0db', '#1e7d3c'],
  failed: ['#fbd5d5', '#b3261e'],
  skipped: ['#ececec', '#8a8a8a'],
  incident: ['#ffe3c2', '#b35c00'],
  canceled: ['#e6dff0', '#6b4d94'],
}

/** What XML has other signs for, and what it doesn't allow at all. */
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeText = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign)

const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`

const number = (value: number): string => String(Math.round(value * 10) / 10)

/** `states`: of a run; without them all nodes look alike. `title`: what the picture shows, for who can't see it. */
export function svgOf(
  graph: DagGraph,
  { title, states }: { readonly title: string; readonly states?: ReadonlyMap<string, NodeState> },
): string {
  const placed = placeGraph(graph)
  const [width, height] = [number(Math.max(placed.width, 1)), number(Math.max(placed.height, 1))]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escapeText(title)}</title>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#5b6472"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...placed.nodes.filter(({ isPart }) => isPart).map(({ node, box }) => drawPart(node, box, states)),
    ...placed.edges.map(drawEdge),
    ...placed.nodes.filter(({ isPart }) => !isPart).map(({ node, box }) => drawNode(node, box, states)),
    '</svg>',
    '',
  ].join('\n')
}

type States = ReadonlyMap<string, NodeState> | undefined

/** Said in words, too: not everybody tells the colours apart. */
const hoverText = (
  { id, title, kind, task, dag, language }: DagGraphNode,
  state: NodeState | undefined,
): string =>
  [
    title,
    ...(title === id ? [] : [id]),
    task ?? dag ?? (language === undefined ? kind : `${kind} in ${language}`),
    ...(state === undefined ? [] : [state]),
  ].join(' · ')

function frame(node: DagGraphNode, box: Box, states: States): readonly [string, string] {
  const state = states?.get(node.id)
  const [fill, stroke] = colours[state ?? 'plain']
  const at = `x="${number(box.x)}" y="${number(box.y)}" width="${number(box.width)}" height="${number(box.height)}"`
  return [
    `<g data-node="${escapeText(node.id)}"${state === undefined ? '' : ` data-state="${state}"`}><title>${escapeText(hoverText(node, state))}</title>`,
    `${at} rx="6" fill="${fill}" stroke="${stroke}"`,
  ]
}

function drawPart(node: DagGraphNode, box: Box, states: States): string {
  const [open, rect] = frame(node, box, states)
  const label = shortened(`${node.title} (${node.kind})`, Math.floor((box.width - 20) / characterWidth))
  return `${open}<rect ${rect} fill-opacity="0.5" stroke-dasharray="5 3"/><text x="${number(box.x + 10)}" y="${number(box.y + 19)}" fill="#1f2733">${escapeText(label)}</text></g>`
}

function drawNode(node: DagGraphNode, box: Box, states: States): string {
  const [open, rect] = frame(node, box, states)
  const [x, middle] = [box.x + box.width / 2, box.y + box.height / 2]
  const most = Math.floor((box.width - 16) / characterWidth)
  const below = states?.get(node.id) ?? node.task ?? node.dag ?? node.language ?? node.kind
  const text = (y: number, content: string, more: string): string =>
    `<text x="${number(x)}" y="${number(y)}" text-anchor="middle"${more}>${escapeText(content)}</text>`
  const title = text(middle - 3, shortened(node.title, most), ' fill="#1f2733"')
  const small = text(middle + 14, shortened(below, most + 2), ' fill="#4a5361" font-size="11"')
  return `${open}<rect ${rect}${node.kind === 'choice' ? ' stroke-width="2.5"' : ''}/>${title}${small}</g>`
}

function drawEdge({ edge, points, label }: PlacedGraph['edges'][number]): string {
  const line = `<path d="${pathThrough(points)}" fill="none" stroke="#5b6472" marker-end="url(#arrow)"/>`
  if (edge.label === undefined || label === undefined) return line
  const said = shortened(edge.label, longestLabel)
  const at = `x="${number(label.x)}" y="${number(label.y + 4)}"`
  const halo = 'stroke="#ffffff" stroke-width="4" paint-order="stroke"'
  return `${line}<text ${at} text-anchor="middle" font-size="11" fill="#1f2733" ${halo}><title>${escapeText(edge.label)}</title>${escapeText(said)}</text>`
}

/** Rounded at its corners: through the middles between its points, bent towards them. */
function pathThrough(points: readonly Point[]): string {
  const at = ({ x, y }: Point): string => `${number(x)} ${number(y)}`
  const [first, ...rest] = points
  const last = rest.at(-1)
  if (first === undefined || last === undefined) return ''
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? last
    return `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`
  })
  return `M${at(first)}${bends.join('')}L${at(last)}`
}
