/** A run per item, all at once or one after the other (BPMN 2.0 §13.3.7). */
import type { JsonObject, JsonValue } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { type Result, success } from '../base/result.ts'
import type { LoopSpec } from '../model/program.ts'
import { throwEffect } from './effect.ts'
import type { GraphNode } from './graph.ts'
import { raiseIncident } from './incident.ts'
import { completeElement, terminateChildren } from './lifecycle.ts'
import {
  countRuns,
  evaluateCount,
  invalid,
  nextIndex,
  numbersOf,
  startRun,
  tooManyRuns,
} from './loop-runs.ts'
import type { ElementInstance } from './state.ts'
import { closeStream } from './stream-producer.ts'
import { type ChildCompletion, elementInstance, type Problem, type Transition } from './transition.ts'
import { evaluate, evaluateCondition, evaluateSeeing, mapSeeing, propagate } from './variables.ts'

export type MultiInstance = Extract<LoopSpec, { readonly kind: 'multi-instance' }>

export type Items = { readonly size: number; readonly item?: (index: number) => JsonValue }

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

/** What the next runs begin with, one for each item. */
export function runVariables(
  tx: Transition,
  body: ElementInstance,
  node: GraphNode,
  spec: MultiInstance,
  items: readonly (JsonValue | undefined)[],
): Result<readonly JsonObject[], Problem> {
  const first = nextIndex(body)
  const own = ownVariable(node, spec)
  const begun: JsonObject[] = []
  for (const [position, item] of items.entries()) {
    const seen = { ...itemVariable(spec, item), loopCounter: first + position }
    if (spec.runInputs === undefined) {
      begun.push({ ...own, ...seen })
      continue
    }
    const inputs = mapSeeing(tx, spec.runInputs, body.key, seen)
    if (!inputs.ok) return inputs
    begun.push({ ...own, ...inputs.value })
  }
  return success(begun)
}

const itemVariable = ({ inputElement }: MultiInstance, item: JsonValue | undefined): JsonObject =>
  inputElement === undefined || item === undefined ? {} : { [inputElement]: item }

/** A result may be written to a variable of the run, which has to be there to be found. */
function ownVariable(node: GraphNode, spec: MultiInstance): JsonObject {
  const name = resultVariable(spec)
  return name === undefined || node.run?.def.locals?.includes(name) === true ? {} : { [name]: null }
}

function resultVariable({ outputElement }: MultiInstance): string | undefined {
  const source = outputElement !== undefined && 'feel' in outputElement ? outputElement.feel.trim() : ''
  return /^[A-Za-z_]\w*$/.test(source) ? source : undefined
}

export const collects = (spec: MultiInstance): boolean => spec.outputCollection !== undefined

export function beginParallel(
  tx: Transition,
  body: ElementInstance,
  node: GraphNode,
  spec: MultiInstance,
): Problem | undefined {
  const items = evaluateItems(tx, body, spec)
  if (!items.ok) return items.error
  const { size } = items.value
  if (size > limits.loopRuns) return tooManyRuns(body)
  const { item } = items.value
  const all = Array.from({ length: size }, (_, position) => item?.(position + 1))
  const runs = runVariables(tx, body, node, spec, all)
  if (!runs.ok) return runs.error
  countRuns(tx, body, size, collects(spec))
  for (const variables of runs.value) startRun(tx, body, node, variables)
  if (size === 0) finish(tx, body, spec)
  return undefined
}

/** The first or next of a sequence. The collection is read anew: it may have grown. */
export function nextItem(
  tx: Transition,
  body: ElementInstance,
  node: GraphNode,
  spec: MultiInstance,
): Problem | undefined {
  const items = evaluateItems(tx, body, spec)
  if (!items.ok) return items.error
  const { size } = items.value
  const started = body.extras.loop?.started ?? 0
  if (started >= limits.loopRuns && started < size) return tooManyRuns(body)
  countRuns(tx, body, size, collects(spec))
  if (started >= size) {
    finish(tx, body, spec)
    return undefined
  }
  const next = runVariables(tx, body, node, spec, [items.value.item?.(started + 1)])
  if (!next.ok) return next.error
  for (const variables of next.value) startRun(tx, body, node, variables)
  return undefined
}

/** What a run gives, throws and decides when it completes. */
export function runCompletes(
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
      closeStream(tx, body)
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
export function finish(tx: Transition, body: ElementInstance, spec: MultiInstance): void {
  const { outputCollection } = spec
  if (outputCollection !== undefined && body.scope !== undefined) {
    const { results = [], count: runs = 0 } = body.extras.loop ?? {}
    const missing = Array<null>(Math.max(0, runs - results.length)).fill(null)
    propagate(tx, body.scope, { [outputCollection]: [...results, ...missing] })
  }
  completeElement(tx, body)
}
