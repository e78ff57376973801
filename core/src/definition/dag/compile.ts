/**
 * A DAG to a Program. A run's input is the variable `input`, what a node gives is the variable with its id, what the run
 * gives is `output`. A node is an element with its id; elements that only help have a `:` in theirs.
 */
import { failure, type Result, success } from '../../base/result.ts'
import type { DagModel } from '../../model/dag.ts'
import { valueExpression } from '../../model/feel-text.ts'
import { type ElementId, type ProcessNode, type Program, programFormat } from '../../model/program.ts'
import { analyse } from './analysis.ts'
import { checkValues } from './check-values.ts'
import { type DrawContext, drawPart } from './draw.ts'
import { Drawing } from './drawing.ts'
import { type DagFinding, DagLog, type FindPosition } from './finding.ts'
import type { TaskRegistry } from './tasks.ts'

export type CompiledDag = { readonly program: Program; readonly warnings: readonly DagFinding[] }

export type CompileDagOptions = {
  /** Without it, what nodes give to tasks is not compared with what those take. */
  readonly tasks?: TaskRegistry
  readonly positionOf?: FindPosition
}

/** Refused with all errors found (and the warnings) when there is any; each names the node and its place. */
export function compileDag(
  model: DagModel,
  { tasks, positionOf }: CompileDagOptions = {},
): Result<CompiledDag, readonly DagFinding[]> {
  const log = new DagLog(positionOf)
  const analysis = analyse(model, log)
  checkValues(model, analysis, tasks, log)
  const context = { drawing: new Drawing(), log }
  const drawn = drawPart(analysis.root, model.id, context, model.output !== undefined)
  if (log.failed || drawn === undefined) return failure(log.all())
  if (model.output !== undefined) drawOutput(model, drawn.leaves, context)
  const { nodes, flows } = context.drawing
  const root = processNode(model, drawn.starts)
  const program: Program = {
    format: programFormat,
    processId: model.id,
    ...(model.title === undefined ? {} : { name: model.title }),
    nodes: [root, ...nodes],
    flows,
  }
  return success({ program, warnings: log.all() })
}

const processNode = ({ id, title }: DagModel, starts: readonly ElementId[]): ProcessNode => ({
  id,
  ...(title === undefined ? {} : { name: title }),
  sourceType: 'process',
  incoming: [],
  outgoing: [],
  inputs: [],
  outputs: [],
  type: 'process',
  starts,
  triggeredStarts: [],
  eventSubProcesses: [],
})

/** What the run gives, once everything has ended. */
function drawOutput(model: DagModel, leaves: readonly ElementId[], { drawing }: DrawContext): void {
  const id = 'output:'
  drawing.add({
    ...drawing.blank(id, 'scriptTask', model.id),
    boundaryEvents: [],
    type: 'expression-task',
    expression: valueExpression(model.output ?? null),
    resultVariable: 'output',
  })
  let entry = id
  if (leaves.length > 1) {
    entry = 'join:output:'
    drawing.add({ ...drawing.blank(entry, 'parallelGateway', model.id), type: 'parallel-gateway' })
    drawing.flow(entry, id)
  }
  for (const leaf of leaves) drawing.flow(leaf, entry)
}
