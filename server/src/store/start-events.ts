/** What the latest version of a process waits for at its start events: fixed when it is deployed. */
import type { Instant } from '@braid/core/base/instant.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { alternatives } from '@braid/core/engine/graph.ts'
import { type Schedule, scheduleOf } from '@braid/core/engine/timer.ts'
import { compileExpression } from '@braid/core/expression/expression.ts'
import type { Expression, Program, StartEventNode } from '@braid/core/model/program.ts'

export type StartSubscription = {
  readonly element: string
  readonly kind: 'message' | 'signal'
  readonly name: string
}
export type StartTimer = Schedule & { readonly element: string }

export type StartEvents = {
  readonly subscriptions: readonly StartSubscription[]
  /** Start events with a condition. */
  readonly conditions: readonly string[]
  readonly timers: readonly StartTimer[]
}

/** A start event whose name or time can't be found out without an instance. */
export type UnknownStart = { readonly element: string; readonly message: string }

/** Text of an expression that sees no variables; an error says why it has none. */
function textOf(expression: Expression, at: Instant): Result<string, string> {
  if ('value' in expression) return toText(expression.value)
  const compiled = compileExpression(expression.feel)
  if (!compiled.ok) return failure(compiled.error.message)
  const result = compiled.value.evaluate({ now: at, variables: () => undefined })
  return result.ok ? toText(result.value) : failure(result.error.message)
}

const toText = (value: unknown): Result<string, string> =>
  typeof value === 'string' && value !== ''
    ? success(value)
    : failure(`expected a text, but it was ${JSON.stringify(value)}`)

const isStart = (program: Program, node: Program['nodes'][number]): node is StartEventNode =>
  node.type === 'start-event' && node.scope === program.processId

/** Each trigger of a start event by itself: any of them starts an instance there. */
const triggersOf = ({ id, trigger }: StartEventNode) =>
  alternatives(trigger).map((each) => ({ element: id, trigger: each }))

/** Nobody could say when conditions change, so that they are asked by a call of the API. */
export function startEventsOf(program: Program, at: Instant): Result<StartEvents, UnknownStart> {
  const subscriptions = new Map<string, StartSubscription>()
  const timers: StartTimer[] = []
  const conditions = new Set<string>()
  const starts = program.nodes.filter((node) => isStart(program, node))
  for (const { element, trigger } of starts.flatMap(triggersOf)) {
    if (trigger.kind === 'message' || trigger.kind === 'signal') {
      const { kind } = trigger
      const name = textOf(trigger.name, at)
      if (!name.ok) return failure({ element, message: `name of the ${kind}: ${name.error}` })
      subscriptions.set(JSON.stringify([element, kind, name.value]), { element, kind, name: name.value })
    }
    if (trigger.kind === 'conditional') conditions.add(element)
    if (trigger.kind === 'timer') {
      const text = textOf(trigger.value, at)
      const schedule = text.ok ? scheduleOf(trigger.timer, text.value, at) : text
      if (!schedule.ok) return failure({ element, message: `timer: ${schedule.error}` })
      timers.push({ element, ...schedule.value })
    }
  }
  return success({ subscriptions: [...subscriptions.values()], conditions: [...conditions], timers })
}
