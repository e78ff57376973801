/** What all loops have in common: how many runs there are, and beginning one. */
import type { JsonObject } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { failure, type Result, success } from '../base/result.ts'
import type { Expression } from '../model/program.ts'
import type { GraphNode } from './graph.ts'
import type { ElementInstance } from './state.ts'
import { activateNode } from './token.ts'
import { emit, type Problem, type Transition } from './transition.ts'
import { evaluate, setLocal } from './variables.ts'

export const invalid = (message: string): { readonly ok: false; readonly error: Problem } =>
  failure({ type: 'EXTRACT_VALUE_ERROR', message })

/** A count of runs: a whole number, not negative and within the limit. */
export function evaluateCount(
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
export function numbersOf(body: ElementInstance, run?: ElementInstance): JsonObject {
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

/** Known anew: a collection may have grown. */
export function countRuns(tx: Transition, body: ElementInstance, runs: number, collects: boolean): void {
  if (body.extras.loop?.count === runs) return
  emit(tx, { type: 'loop-counted', key: body.key, count: runs, ...(collects ? { collects } : {}) })
}

/** Runs that have begun and not ended. */
export const livingRuns = ({ extras }: ElementInstance): number => {
  const { started = 0, completed = 0, terminated = 0 } = extras.loop ?? {}
  return started - completed - terminated
}

export const nextIndex = (body: ElementInstance): number => (body.extras.loop?.started ?? 0) + 1

/** Its number is known before: see `nextIndex`. */
export function startRun(
  tx: Transition,
  body: ElementInstance,
  node: GraphNode,
  variables: JsonObject,
): void {
  const index = nextIndex(body)
  const key = activateNode(tx, node, body.key, { index })
  setLocal(tx, key, variables)
  tx.allowance += limits.activationsPerRun
}

export const tooManyRuns = (body: ElementInstance): Problem => ({
  type: 'STEP_LIMIT',
  message: `stopped at '${body.element}': expected at most ${limits.loopRuns} runs of one loop`,
})
