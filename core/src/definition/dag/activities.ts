/** The element that does what a node says. */

import { type DagScriptNode, type DagTaskNode, outputPath } from '../../model/dag.ts'
import { bracketed, isFeel, listOf, quotedText, sourceOf, valueExpression } from '../../model/feel-text.ts'
import type {
  ActivityNode,
  Expression,
  JobTaskNode,
  LoopNode,
  LoopSpec,
  Mapping,
  SubProcessNode,
} from '../../model/program.ts'
import { type Item, itemVariable } from './analysis.ts'
import type { Blank } from './drawing.ts'
import { jobOf, type Work } from './jobs.ts'
import { type Outcomes, stateVariable } from './outcomes.ts'

export type ActivityContext = {
  readonly outcomes: Outcomes
  /** Boundary events of the element. */
  readonly boundaryEvents: readonly string[]
}

const feel = (source: string): Expression => ({ feel: source })
const nothing: Expression = { value: null }

/** Of the input when the node says none. */
const inputOf = (input: Parameters<typeof valueExpression>[0] | undefined): Mapping => ({
  source: valueExpression(input ?? {}),
  target: 'input',
})

/** The id of the DAG to run, where FEEL gives it: seen from the call itself, `input` is that of the other run. */
export const dagVariable = (id: string): string => `${id}__dag`

type Simple = Exclude<Item['node'], { readonly kind: 'map' | 'generate' | 'repeat' }>

/** Of a node without parts. */
export function simpleActivity(node: Simple, blank: Blank, context: ActivityContext): ActivityNode {
  const { boundaryEvents } = context
  if (node.kind === 'task' || node.kind === 'script') return jobTask(node, feel('output'), blank, context)
  if (node.kind === 'dag') {
    return {
      ...blank,
      inputs: [inputOf(node.input)],
      outputs: [{ source: feel('output'), target: node.id }],
      boundaryEvents,
      type: 'call-activity',
      call: {
        processId: isFeel(node.dag) ? feel(dagVariable(node.id)) : { value: node.dag },
        binding: 'latest',
        propagateAllChildVariables: false,
        propagateAllParentVariables: false,
      },
    }
  }
  if (node.by === 'task') return jobTask(node, branches(node, 'output'), blank, context)
  const expression =
    node.by === 'expression' ? branches(node, bracketed(sourceOf(node.expression))) : nextTurn(node)
  return { ...blank, boundaryEvents, type: 'expression-task', expression, resultVariable: node.id }
}

const jobTask = (
  node: Work,
  output: Expression,
  blank: Blank,
  { outcomes, boundaryEvents }: ActivityContext,
): JobTaskNode => ({
  ...blank,
  inputs: [inputOf(node.input)],
  outputs: [{ source: output, target: node.id }],
  boundaryEvents,
  type: 'job-task',
  job: jobOf(node, outcomes.mayFail),
})

type Choice = Extract<Simple, { readonly kind: 'choice' }>

/** The branches that were named, as a list; an incident when one of them does not exist. */
function branches({ id, branches: known }: Choice, named: string): Expression {
  const list = `flatten([${named}])`
  const cause = `expected a branch of '${id}' (${known.join(', ')}) or a list of branches`
  return feel(
    `assert(${list}, every named in ${list} satisfies list contains(${listOf(known)}, named), ${quotedText(cause)})`,
  )
}

const nextTurn = ({ branches: known }: Choice): Expression =>
  feel(`[${listOf(known)}[modulo(loopCounter - 1, ${known.length}) + 1]]`)

type Repeated = Extract<Item['node'], { readonly kind: 'map' | 'generate' | 'repeat' }>

/** The input of the run, kept where the input of a generator hides it. */
const runInput = (id: string): string => `${id}__input`
/** Whether a repeat node has had enough. */
const untilVariable = (id: string): string => `${id}__until`

/**
 * A loop around a sub-process that holds the part. Its variables are the run's own, so that runs don't see each other's;
 * what it needs from outside it sees as usual.
 */
export function loopOf(
  item: Item,
  node: Repeated,
  blank: Blank,
  inside: { readonly starts: readonly string[]; readonly outcomes: readonly Outcomes[] },
  context: ActivityContext,
): LoopNode {
  const keepsInput = node.kind === 'generate' && item.inner?.readsInput === true
  const locals = inside.outcomes.flatMap(({ item: { node }, maySkip, mayFail }) => [
    node.id,
    ...(maySkip || mayFail ? [stateVariable(node.id)] : []),
    ...(node.kind === 'dag' && isFeel(node.dag) ? [dagVariable(node.id)] : []),
  ])
  const { scope, ...plain } = blank
  const activity: SubProcessNode = {
    ...plain,
    scope,
    incoming: [],
    outgoing: [],
    inputs: keepsInput ? [{ source: feel(runInput(node.id)), target: 'input' }] : [],
    outputs: node.kind === 'repeat' ? resultsOfRun(node) : [],
    locals,
    boundaryEvents: [],
    type: 'sub-process',
    starts: inside.starts,
    triggeredStarts: [],
    eventSubProcesses: [],
  }
  return {
    ...blank,
    inputs: loopInputs(node, keepsInput),
    outputs: node.kind === 'repeat' ? [{ source: feel(node.id), target: node.id }] : [],
    boundaryEvents: context.boundaryEvents,
    ...(node.kind === 'repeat' ? { locals: [untilVariable(node.id), node.id] } : {}),
    type: 'loop',
    loop: loopSpec(node, item.inner?.readsCounter === true, context),
    activity,
  }
}

/** A loop around the one task or script of its part: no scope between, and no variables but what goes in and comes out. */
export function directLoop(
  node: Extract<Repeated, { kind: 'map' }>,
  task: DagTaskNode | DagScriptNode,
  blank: Blank,
  { boundaryEvents }: ActivityContext,
): LoopNode {
  const path = outputPath(node.result ?? null, task.id)
  return {
    ...blank,
    boundaryEvents,
    type: 'loop',
    loop: {
      kind: 'multi-instance',
      sequential: node.sequential === true,
      collection: feel(sourceOf(node.over)),
      inputElement: itemVariable(node) ?? 'item',
      runInputs: [inputOf(task.input)],
      outputCollection: node.id,
      outputElement: path === undefined ? nothing : feel(`output${path}`),
      events: [],
    },
    activity: {
      ...blank,
      ...(task.title === undefined ? {} : { name: task.title }),
      sourceType: task.kind === 'script' ? 'scriptTask' : 'serviceTask',
      incoming: [],
      outgoing: [],
      locals: ['output'],
      boundaryEvents: [],
      type: 'job-task',
      job: jobOf(task, false),
    },
  }
}

/** Go to the variables of the loop, which the runs share. */
const resultsOfRun = (node: Extract<Repeated, { kind: 'repeat' }>): Mapping[] => [
  { source: feel(sourceOf(node.until)), target: untilVariable(node.id) },
  { source: valueExpression(node.result ?? null), target: node.id },
]

function loopInputs(node: Repeated, keepsInput: boolean): Mapping[] {
  if (node.kind === 'map' || node.kind === 'repeat') return []
  const kept = keepsInput ? [{ source: feel('input'), target: runInput(node.id) }] : []
  return [...kept, inputOf(node.input)]
}

function loopSpec(node: Repeated, readsCounter: boolean, { outcomes }: ActivityContext): LoopSpec {
  if (node.kind === 'repeat') return { kind: 'standard', testBefore: false, condition: goesOn(node) }
  const collected = {
    inputElement: itemVariable(node) ?? 'item',
    ...(readsCounter ? {} : { counter: false as const }),
    outputCollection: node.id,
    outputElement: valueExpression(node.result ?? null),
    events: [],
  }
  if (node.kind === 'map') {
    const collection = feel(sourceOf(node.over))
    return { kind: 'multi-instance', sequential: node.sequential === true, collection, ...collected }
  }
  const stream = jobOf(node, outcomes.mayFail)
  return { kind: 'multi-instance', sequential: false, stream, ...collected }
}

/** Anything but true or false is an incident, as is one run more than allowed. */
function goesOn({ id, maximum }: Extract<Repeated, { kind: 'repeat' }>): Expression {
  const until = untilVariable(id)
  const cause = `expected 'until' of '${id}' to hold after at most ${maximum} runs`
  return feel(
    `if ${until} = false then assert(true, loopCounter < ${maximum}, ${quotedText(cause)}) else not(${until})`,
  )
}
