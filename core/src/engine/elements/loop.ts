/** An activity that runs several times: its body is a scope, each run an element instance in it (BPMN 2.0 §13.3.6, §13.3.7). */
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import { failure, type Result, success } from '../../base/result.ts'
import type { Expression, LoopNode, LoopSpec } from '../../model/program.ts'
import { throwEffect } from '../effect.ts'
import { everyFlow } from '../flows.ts'
import type { GraphNode } from '../graph.ts'
import { raiseIncident } from '../incident.ts'
import { completeElement, terminateChildren } from '../lifecycle.ts'
import type { ElementInstance } from '../state.ts'
import { activateNode } from '../token.ts'
import {
  type Behavior,
  type ChildCompletion,
  elementInstance,
  emit,
  type Problem,
  type Transition,
} from '../transition.ts'
import { evaluate, evaluateCondition, evaluateSeeing, propagate, setLocal } from '../variables.ts'

export const loop: Behavior<LoopNode> = {
  activate: (tx, body, node) => {
    const { loop: spec } = node.def
    if (spec.kind === 'standard') return beginStandard(tx, body, node, spec)
    return spec.sequential ? beginSequential(tx, body, node, spec) : beginParallel(tx, body, node, spec)
  },
  leave: everyFlow,
  childCompletes: (tx, body, node, run) =>
    node.def.loop.kind === 'standard'
      ? success({ after: () => undefined })
      : runCompletes(tx, body, node.def.loop, run),
  drained: (tx, body, node) => {
    const { loop: spec } = node.def
    if (spec.kind === 'standard') return nextStandardRun(tx, body, node, spec)
    if (spec.sequential) return nextItem(tx, body, node, spec)
    finish(tx, body, spec)
    return undefined
  },
}

type Standard = Extract<LoopSpec, { readonly kind: 'standard' }>
type MultiInstance = Extract<LoopSpec, { readonly kind: 'multi-instance' }>

const invalid = (message: string): { readonly ok: false; readonly error: Problem } =>
  failure({ type: 'EXTRACT_VALUE_ERROR', message })

/** A count of runs: a whole number, not negative and within the limit. */
function evaluateCount(
  tx: Transition,
  body: ElementInstance,
  expression: Expression,
  what: string,
): Result<number, Problem> {
  const result = evaluate(tx, expression, body.key)
  if (!result.ok) return result
  const count = typeof result.value === 'string' ? Number(result.value) : result.value
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0) return success(count)
  return invalid(`${what}: expected a whole number from 0, but it was ${JSON.stringify(result.value)}`)
}

/** What conditions of a loop see of it. */
function numbersOf(body: ElementInstance, run?: ElementInstance): JsonObject {
  const { count = 0, started = 0, completed = 0, terminated = 0 } = body.extras.loop ?? {}
  const ending = run === undefined ? 0 : 1
  return {
    numberOfInstances: count,
    numberOfActiveInstances: started - completed - terminated - ending,
    numberOfCompletedInstances: completed + ending,
    numberOfTerminatedInstances: terminated,
    loopCounter: run?.extras.index ?? started,
  }
}

function count(tx: Transition, body: ElementInstance, runs: number, collects: boolean): void {
  if (body.extras.loop?.count === runs) return
  emit(tx, { type: 'loop-counted', key: body.key, count: runs, ...(collects ? { collects } : {}) })
}

function startRun(tx: Transition, body: ElementInstance, node: GraphNode, variables: JsonObject): void {
  const index = (body.extras.loop?.started ?? 0) + 1
  const key = activateNode(tx, node, body.key, { index })
  setLocal(tx, key, { ...variables, loopCounter: index })
  tx.allowance += limits.activationsPerRun
}

// Standard loop

function beginStandard(
  tx: Transition,
  body: ElementInstance,
  node: GraphNode,
  spec: Standard,
): Problem | undefined {
  const maximum =
    spec.maximum === undefined
      ? success(limits.loopRuns)
      : evaluateCount(tx, body, spec.maximum, 'loop maximum')
  if (!maximum.ok) return maximum.error
  count(tx, body, maximum.value, false)
  if (!spec.testBefore && maximum.value > 0) {
    startRun(tx, body, node, {})
    return undefined
  }
  return nextStandardRun(tx, body, node, spec)
}

function nextStandardRun(
  tx: Transition,
  body: ElementInstance,
  node: GraphNode,
  spec: Standard,
): Problem | undefined {
  const { started = 0, count: maximum = 0 } = body.extras.loop ?? {}
  const goesOn = started < maximum ? holds(tx, body, spec.condition) : success(false)
  if (!goesOn.ok) return goesOn.error
  if (goesOn.value) startRun(tx, body, node, {})
  else if (started >= limits.loopRuns && spec.maximum === undefined) return tooManyRuns(body)
  else completeElement(tx, body)
  return undefined
}

function holds(
  tx: Transition,
  body: ElementInstance,
  condition: Expression | undefined,
): Result<boolean, Problem> {
  if (condition === undefined) return success(true)
  return evaluateCondition(tx, condition, body.key, `loop condition of '${body.element}'`, numbersOf(body))
}

const tooManyRuns = (body: ElementInstance): Problem => ({
  type: 'STEP_LIMIT',
  message: `stopped at '${body.element}': expected at most ${limits.loopRuns} runs of one loop`,
})

// Multi-instance

type Items = { readonly size: number; readonly item?: (index: number) => JsonValue }

function evaluateItems(tx: Transition, body: ElementInstance, spec: MultiInstance): Result<Items, Problem> {
  if (spec.collection === undefined) {
    const size = evaluateCount(tx, body, spec.cardinality ?? { value: null }, 'loop cardinality')
    return size.ok ? success({ size: size.value }) : size
  }
  const result = evaluate(tx, spec.collection, body.key)
  if (!result.ok) return result
  const { value } = result
  if (!Array.isArray(value))
    return invalid(`input collection: expected a list, but it was ${JSON.stringify(value)?.slice(0, 100)}`)
  return success({ size: value.length, item: (index) => (value[index - 1] as JsonValue) ?? null })
}

const itemVariables = (spec: MultiInstance, { item }: Items, index: number): JsonObject =>
  spec.inputElement === undefined || item === undefined ? {} : { [spec.inputElement]: item(index) }

/** A result may be written to a variable of the run, which has to be there to be found. */
const resultVariable = (spec: MultiInstance): JsonObject => {
  const source =
    spec.outputElement !== undefined && 'feel' in spec.outputElement ? spec.outputElement.feel : ''
  return /^\s*[A-Za-z_]\w*\s*$/.test(source) ? { [source.trim()]: null } : {}
}

const collects = (spec: MultiInstance): boolean => spec.outputCollection !== undefined

function beginParallel(
  tx: Transition,
  body: ElementInstance,
  node: GraphNode,
  spec: MultiInstance,
): Problem | undefined {
  const items = evaluateItems(tx, body, spec)
  if (!items.ok) return items.error
  const { size } = items.value
  if (size > limits.loopRuns) return tooManyRuns(body)
  count(tx, body, size, collects(spec))
  const result = resultVariable(spec)
  for (let index = 1; index <= size; index++) {
    startRun(tx, body, node, { ...result, ...itemVariables(spec, items.value, index) })
  }
  if (size === 0) finish(tx, body, spec)
  return undefined
}

function beginSequential(
  tx: Transition,
  body: ElementInstance,
  node: GraphNode,
  spec: MultiInstance,
): Problem | undefined {
  const items = evaluateItems(tx, body, spec)
  if (!items.ok) return items.error
  count(tx, body, items.value.size, collects(spec))
  return nextItem(tx, body, node, spec)
}

/** The collection is read anew: it may have grown. */
function nextItem(
  tx: Transition,
  body: ElementInstance,
  node: GraphNode,
  spec: MultiInstance,
): Problem | undefined {
  const items = evaluateItems(tx, body, spec)
  if (!items.ok) return items.error
  const started = body.extras.loop?.started ?? 0
  if (started >= items.value.size) {
    finish(tx, body, spec)
    return undefined
  }
  if (started >= limits.loopRuns) return tooManyRuns(body)
  count(tx, body, items.value.size, collects(spec))
  startRun(tx, body, node, { ...resultVariable(spec), ...itemVariables(spec, items.value, started + 1) })
  return undefined
}

function runCompletes(
  tx: Transition,
  body: ElementInstance,
  spec: MultiInstance,
  run: ElementInstance,
): Result<ChildCompletion, Problem> {
  const numbers = numbersOf(body, run)
  const result =
    spec.outputElement === undefined
      ? success(undefined)
      : evaluateSeeing(tx, spec.outputElement, run.key, numbers)
  if (!result.ok) return result
  const thrown = eventsThrown(tx, body, spec, run, numbers)
  if (!thrown.ok) return thrown
  const done =
    spec.completionCondition === undefined
      ? success(false)
      : evaluateCondition(
          tx,
          spec.completionCondition,
          run.key,
          `completion condition of '${body.element}'`,
          numbers,
        )
  if (!done.ok) return done
  return success({
    ...(result.value === undefined ? {} : { result: result.value }),
    after: () => {
      for (const { effect } of thrown.value) throwFromBody(tx, body, effect)
      if (!done.value || !tx.state.elements.has(body.key)) return
      terminateChildren(tx, body)
      finish(tx, body, spec)
    },
  })
}

type LoopEvents = MultiInstance['events']

function eventsThrown(
  tx: Transition,
  body: ElementInstance,
  spec: MultiInstance,
  run: ElementInstance,
  numbers: JsonObject,
): Result<LoopEvents, Problem> {
  const first = (body.extras.loop?.completed ?? 0) === 0
  const thrown: LoopEvents[number][] = []
  for (const event of spec.events) {
    if (event.after === 'first' && !first) continue
    const due =
      event.condition === undefined
        ? success(true)
        : evaluateCondition(tx, event.condition, run.key, `event condition of '${body.element}'`, numbers)
    if (!due.ok) return due
    if (due.value) thrown.push(event)
  }
  return success(thrown)
}

function throwFromBody(tx: Transition, body: ElementInstance, effect: LoopEvents[number]['effect']): void {
  if (!tx.state.elements.has(body.key)) return
  const problem = throwEffect(tx, body, effect)
  if (problem !== undefined) raiseIncident(tx, elementInstance(tx, body.key), 'check', problem)
}

/** The results go to the scope around, in the order of the items. */
function finish(tx: Transition, body: ElementInstance, spec: MultiInstance): void {
  const { outputCollection } = spec
  if (outputCollection !== undefined && body.scope !== undefined) {
    const { results = [], count: runs = 0 } = body.extras.loop ?? {}
    const missing = Array<null>(Math.max(0, runs - results.length)).fill(null)
    propagate(tx, body.scope, { [outputCollection]: [...results, ...missing] })
  }
  completeElement(tx, body)
}
