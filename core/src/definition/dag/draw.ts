/**
 * Draws the nodes of a part as elements. Every edge gets a token in every run of the part, whatever happens, so that
 * joins never wait in vain: before a node that may be skipped, a gate decides between it and its skip.
 */

import { type DagNode, directTaskOf } from '../../model/dag.ts'
import { isFeel, sourceOf } from '../../model/feel-text.ts'
import type { BoundaryEventNode, ElementId, Node } from '../../model/program.ts'
import { dagVariable, directLoop, loopOf, simpleActivity } from './activities.ts'
import { type Item, type Part, partOf } from './analysis.ts'
import { type Drawing, flowId } from './drawing.ts'
import type { DagLog } from './finding.ts'
import { failureCode } from './jobs.ts'
import { dependantsIn, ordered, withoutDetours } from './order.ts'
import { type Outcomes, outcomesOf, stateVariable } from './outcomes.ts'

export type DrawContext = {
  readonly drawing: Drawing
  readonly log: DagLog
}

export type DrawnPart = {
  readonly starts: readonly ElementId[]
  /** Elements behind which nothing more comes. */
  readonly leaves: readonly ElementId[]
  readonly outcomes: readonly Outcomes[]
}

/** `closed`: something waits for all that nothing else waits for. */
export function drawPart(
  part: Part,
  scope: ElementId,
  context: DrawContext,
  closed = false,
): DrawnPart | undefined {
  const order = ordered(part, context.log)
  if (order === undefined) return undefined
  const outcomes = outcomesOf(part, order, context.log)
  const needs = withoutDetours(order)
  const dependants = dependantsIn(part)
  const isLeaf = (item: Item): boolean => dependants.get(item)?.length === 0
  const drawn = new Map<Item, { readonly entry: ElementId; readonly exit: ElementId }>()
  for (const item of order) {
    const outcome = outcomes.get(item)
    if (outcome === undefined) continue
    const before = needs.get(item) ?? []
    const followed = closed || !isLeaf(item)
    const ends = drawItem(outcome, { ...context, scope, joins: before.length > 1, followed })
    drawn.set(item, ends)
    for (const need of before) context.drawing.flow(drawn.get(need)?.exit ?? need.node.id, ends.entry)
  }
  return {
    starts: order.filter(({ needs: { size } }) => size === 0).flatMap((item) => drawn.get(item)?.entry ?? []),
    leaves: order.filter(isLeaf).flatMap((item) => drawn.get(item)?.exit ?? []),
    outcomes: [...outcomes.values()],
  }
}

type ItemContext = DrawContext & {
  readonly scope: ElementId
  readonly joins: boolean
  /** Whether something waits for it. */
  readonly followed: boolean
}

function drawItem(
  outcome: Outcomes,
  context: ItemContext,
): { readonly entry: ElementId; readonly exit: ElementId } {
  const { drawing, scope, joins } = context
  const { id } = outcome.item.node
  drawActivity(outcome, context)
  let entry = drawDagChoice(outcome.item.node, context)
  const ways = [id]
  if (outcome.condition !== undefined) {
    entry = drawGate(id, entry, outcome.condition, context)
    ways.push(`skip:${id}`)
  }
  if (outcome.mayFail) {
    drawing.flow(`fail:${id}`, drawState(`failed:${id}`, id, 'failed', context))
    ways.push(`failed:${id}`)
  }
  if (joins) {
    drawing.add({ ...drawing.blank(`join:${id}`, 'parallelGateway', scope), type: 'parallel-gateway' })
    drawing.flow(`join:${id}`, entry)
    entry = `join:${id}`
  }
  if (ways.length === 1 || !context.followed) return { entry, exit: id }
  const done = `done:${id}`
  drawing.add({ ...drawing.blank(done, 'task', scope), boundaryEvents: [], type: 'pass-task' })
  for (const way of ways) drawing.flow(way, done)
  return { entry, exit: done }
}

/** Where FEEL says which DAG to run, it is asked first. */
function drawDagChoice(node: DagNode, { drawing, scope }: ItemContext): ElementId {
  if (node.kind !== 'dag' || !isFeel(node.dag)) return node.id
  const id = `dag:${node.id}`
  drawing.add({
    ...drawing.blank(id, 'scriptTask', scope),
    boundaryEvents: [],
    type: 'expression-task',
    expression: { feel: sourceOf(node.dag) },
    resultVariable: dagVariable(node.id),
  })
  drawing.flow(id, node.id)
  return id
}

function drawGate(id: string, next: ElementId, condition: string, context: ItemContext): ElementId {
  const { drawing, scope } = context
  const gate = `gate:${id}`
  drawing.add({
    ...drawing.blank(gate, 'exclusiveGateway', scope),
    defaultFlow: flowId(gate, `skip:${id}`),
    type: 'exclusive-gateway',
  })
  drawing.flow(gate, next, { feel: condition })
  drawing.flow(gate, drawState(`skip:${id}`, id, 'skipped', context))
  return gate
}

function drawState(
  element: ElementId,
  id: string,
  state: 'skipped' | 'failed',
  { drawing, scope }: ItemContext,
): ElementId {
  drawing.add({
    ...drawing.blank(element, 'scriptTask', scope),
    boundaryEvents: [],
    type: 'expression-task',
    expression: { value: state },
    resultVariable: stateVariable(id),
  })
  return element
}

const sourceTypes = {
  task: 'serviceTask',
  script: 'scriptTask',
  dag: 'callActivity',
  map: 'subProcess',
} as const

function drawActivity(outcomes: Outcomes, context: ItemContext): void {
  const { drawing, scope } = context
  const { item, mayFail } = outcomes
  const { node } = item
  const boundaryEvents = mayFail ? [`fail:${node.id}`] : []
  const about = { outcomes, boundaryEvents }
  const draw = (sourceType: string) => drawing.blank(node.id, sourceType, scope, node.title)
  const direct = directTaskOf(node)
  if (partOf(node) === undefined || item.inner === undefined) {
    const simple = node as Parameters<typeof simpleActivity>[0]
    const sourceType =
      simple.kind === 'choice'
        ? simple.by === 'task'
          ? 'serviceTask'
          : 'scriptTask'
        : sourceTypes[simple.kind]
    drawing.add(simpleActivity(simple, draw(sourceType), about))
  } else if (node.kind === 'map' && direct !== undefined) {
    drawing.add(directLoop(node, direct, draw('subProcess'), about))
  } else {
    const inside = drawPart(item.inner, node.id, context)
    if (inside === undefined) return
    drawing.add(loopOf(item, node as Parameters<typeof loopOf>[1], draw('subProcess'), inside, about) as Node)
  }
  if (!mayFail) return
  const event: BoundaryEventNode = {
    ...drawing.blank(`fail:${node.id}`, 'boundaryEvent', scope),
    type: 'boundary-event',
    trigger: { kind: 'error', code: failureCode },
    attachedTo: node.id,
    interrupting: true,
  }
  drawing.add(event)
}
