/** Activities that run several times for one token (BPMN 2.0.2 §13.3.6–13.3.7). */
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import type { AddItems } from '@braid/core/engine/command.ts'
import type { Event, EventOf } from '@braid/core/engine/event.ts'
import type { JobSpec, LoopNode, LoopSpec } from '@braid/core/model/program.ts'
import { runEffect } from './effects.ts'
import { endsInside } from './endings.ts'
import { openJob } from './jobs.ts'
import type { Living } from './living.ts'
import type { Machine } from './machine.ts'
import { evaluate, merge, set } from './variables.ts'

type Spec<K extends LoopSpec['kind']> = Extract<LoopSpec, { readonly kind: K }>

export function enterLoop(machine: Machine, body: Living, node: LoopNode): void {
  const { loop: spec } = node
  if (spec.kind === 'multi-instance' && spec.stream !== undefined) {
    enterStream(machine, body, spec, spec.stream)
    return
  }
  body.loop = { total: 0, started: 0, completed: 0, terminated: 0, results: [] }
  if (spec.kind === 'standard') {
    const maximum = (): number =>
      spec.maximum === undefined ? Infinity : Number(evaluate(machine, spec.maximum, body))
    expectCounted(machine, body, maximum, () => enterStandard(machine, body, spec))
    return
  }
  const count = (): number | undefined => itemsOf(machine, body, spec)?.length
  expectCounted(machine, body, count, () => enterInstances(machine, body, spec))
  machine.expectTrouble(
    body,
    'EXTRACT_VALUE_ERROR',
    () => enterLoop(machine, body, node),
    () => count() === undefined,
  )
}

/** Items come while a job runs; a second job, after trouble with the first, goes on with the runs that there are. */
function enterStream(machine: Machine, body: Living, spec: Spec<'multi-instance'>, job: JobSpec): void {
  const open = (): void =>
    openJob(machine, body, job, (variables) => closeStream(machine, body, spec, variables))
  if (body.loop !== undefined) {
    open()
    return
  }
  body.loop = { total: 0, started: 0, completed: 0, terminated: 0, results: [], isOpen: true }
  expectOpened(machine, body, 0, open)
}

function expectOpened(machine: Machine, body: Living, count: number, then: () => void): void {
  machine.expect({
    owner: body,
    says: `${body.node.id} has ${count} runs and may get more`,
    isIt: (event) =>
      event.type === 'loop-counted' && event.key === body.key && event.count === count && event.open === true,
    happen: () => {
      if (body.loop !== undefined) body.loop.total = count
      then()
    },
  })
}

/** Each item starts a run once: what counts is its place. */
export function takeItems(machine: Machine, { jobKey, offset, items }: AddItems): boolean {
  const wait = machine.waits.get(jobKey)
  const body = wait?.owner
  if (wait?.kind !== 'job' || body?.loop?.isOpen !== true || body.node.type !== 'loop') return false
  const { started } = body.loop
  if (offset > started) return false
  const fresh = items.slice(started - offset)
  const { loop: spec } = body.node
  if (fresh.length > 0)
    expectOpened(machine, body, started + fresh.length, () => {
      for (const item of fresh) startRun(machine, body, spec, item)
    })
  return true
}

/** The job has completed: what it gave is the loop's own, and the last run ends the loop. */
function closeStream(
  machine: Machine,
  body: Living,
  spec: Spec<'multi-instance'>,
  variables: JsonObject,
): void {
  set(machine, body, variables, () =>
    machine.expect({
      owner: body,
      says: `${body.node.id} gets no more runs`,
      isIt: (event) =>
        event.type === 'loop-counted' &&
        event.key === body.key &&
        event.count === body.loop?.started &&
        event.open === undefined,
      happen: () => {
        delete body.loop?.isOpen
        if (isDone(body)) finish(machine, body, spec)
      },
    }),
  )
}

const isDone = ({ loop }: Living): boolean =>
  loop !== undefined && loop.isOpen !== true && loop.completed + loop.terminated === loop.started

/** How many runs there are is decided when it is said. */
function expectCounted(
  machine: Machine,
  body: Living,
  count: () => number | undefined,
  then: () => void,
): void {
  machine.expect({
    owner: body,
    says: `${body.node.id} knows how many runs it has`,
    isIt: (event) => event.type === 'loop-counted' && isSameCount(event, body, count()),
    happen: then,
  })
}

/** A bound that nobody has set is the engine's own. */
const isSameCount = (event: EventOf<'loop-counted'>, { key }: Living, count: number | undefined): boolean =>
  event.key === key && (count === Infinity || event.count === count)

function enterInstances(machine: Machine, body: Living, spec: Spec<'multi-instance'>): void {
  const items = itemsOf(machine, body, spec) ?? []
  if (body.loop === undefined) return
  body.loop.total = items.length
  if (items.length === 0) {
    finish(machine, body, spec)
    return
  }
  for (const item of spec.sequential ? items.slice(0, 1) : items) startRun(machine, body, spec, item)
}

/** Undefined where it is neither a list nor a whole number of runs. */
function itemsOf(
  machine: Machine,
  body: Living,
  spec: Spec<'multi-instance'>,
): readonly JsonValue[] | undefined {
  const { collection, cardinality } = spec
  if (collection !== undefined) {
    const items = evaluate(machine, collection, body)
    return Array.isArray(items) ? items : undefined
  }
  const count = cardinality === undefined ? 0 : Number(evaluate(machine, cardinality, body))
  return Number.isInteger(count) && count >= 0 ? Array.from({ length: count }, () => null) : undefined
}

function startRun(machine: Machine, body: Living, spec: LoopSpec, item?: JsonValue): void {
  const { node, loop } = body
  if (node.type !== 'loop' || loop === undefined) return
  loop.started += 1
  const index = loop.started
  const variables: Record<string, JsonValue> = { loopCounter: index }
  if (spec.kind === 'multi-instance' && spec.inputElement !== undefined)
    variables[spec.inputElement] = item ?? null
  machine.activate(node.id, body, { role: 'run', index, variables, node: node.activity })
}

/** What loop conditions see besides variables. */
const counters = ({ loop }: Living, run: Living): JsonObject => ({
  numberOfInstances: loop?.total ?? 0,
  numberOfActiveInstances: (loop?.started ?? 0) - (loop?.completed ?? 0) - (loop?.terminated ?? 0),
  numberOfCompletedInstances: loop?.completed ?? 0,
  numberOfTerminatedInstances: loop?.terminated ?? 0,
  loopCounter: run.index ?? 0,
})

/** A run has completed. */
export function runCompleted(machine: Machine, run: Living): void {
  const body = run.scope
  if (body?.node.type !== 'loop' || body.loop === undefined) return
  const { loop: spec } = body.node
  body.loop.completed += 1
  if (spec.kind === 'standard') {
    decideSoon(machine, body, () => continueStandard(machine, body, run, spec))
    return
  }
  if (spec.outputElement !== undefined && run.index !== undefined)
    body.loop.results[run.index - 1] = evaluate(machine, spec.outputElement, run, counters(body, run))
  throwEvents(machine, body, run, spec, () => continueInstances(machine, body, run, spec))
}

/** §13.3.7: the body throws when a run completes, before the completion condition is asked. */
function throwEvents(
  machine: Machine,
  body: Living,
  run: Living,
  spec: Spec<'multi-instance'>,
  then: () => void,
): void {
  const due = spec.events.filter(({ after, condition }) => {
    if (after === 'first' && body.loop?.completed !== 1) return false
    return condition === undefined || evaluate(machine, condition, run, counters(body, run)) === true
  })
  const next = (at: number): void => {
    const event = due[at]
    if (event === undefined) then()
    else runEffect(machine, body, event.effect, () => next(at + 1))
  }
  next(0)
}

function continueInstances(machine: Machine, body: Living, run: Living, spec: Spec<'multi-instance'>): void {
  const { loop } = body
  if (loop === undefined) return
  const { completionCondition } = spec
  const isEnough =
    completionCondition !== undefined &&
    evaluate(machine, completionCondition, run, counters(body, run)) === true
  if (isEnough) {
    // What completes is not interrupted by what its own result changes.
    for (const step of machine.steps)
      if (step.owner === body && step.of?.kind === 'condition') step.optional = true
    endRuns(machine, body, spec)
    return
  }
  if (spec.sequential) {
    decideSoon(machine, body, () => continueSequence(machine, body, spec))
    return
  }
  if (isDone(body)) finish(machine, body, spec)
}

/** The collection may have grown meanwhile. */
function continueSequence(machine: Machine, body: Living, spec: Spec<'multi-instance'>): void {
  const { loop } = body
  const items = itemsOf(machine, body, spec)
  if (items === undefined || loop === undefined) return
  if (loop.started >= items.length) {
    finish(machine, body, spec)
    return
  }
  loop.total = items.length
  startRun(machine, body, spec, items[loop.started])
}

/** Whether there is another run is decided when it shows, with the variables of then. */
function decideSoon(machine: Machine, body: Living, decide: () => void): void {
  machine.expect({
    owner: body,
    says: `${body.node.id} runs again or completes`,
    isIt: () => false,
    mayShowBy: (event) => {
      if (event.type === 'element-activated') return event.scope === body.key
      if (event.type === 'element-completed' || event.type === 'loop-counted') return event.key === body.key
      return event.type === 'variables-set' || endsInside(machine, event, body)
    },
    happen: decide,
  })
}

/** The other runs are ended; what they do until that shows is their own. */
function endRuns(machine: Machine, body: Living, spec: Spec<'multi-instance'>): void {
  const end = (): void => {
    machine.interrupt(body)
    finish(machine, body, spec)
  }
  if (body.children.size === 0) {
    end()
    return
  }
  const isOver = (event: Event): boolean =>
    body.children.size === 0 && (event.type === 'variables-set' || event.type === 'element-completed')
  machine.expect({
    owner: body,
    says: `the other runs of ${body.node.id} are ended`,
    isIt: () => false,
    mayShowBy: (event) => endsInside(machine, event, body) || isOver(event),
    happen: end,
  })
}

/** The results go outwards from the scope around, as those of a job do, then the body completes. */
function finish(machine: Machine, body: Living, spec: Spec<'multi-instance'>): void {
  const { scope, loop } = body
  const { outputCollection } = spec
  body.phase = 'leaving'
  if (outputCollection === undefined || scope === undefined || loop === undefined) {
    machine.complete(body)
    return
  }
  const results = Array.from({ length: loop.total }, (_, index) => loop.results[index] ?? null)
  merge(machine, scope, { [outputCollection]: results }, () => machine.complete(body), body)
}

function enterStandard(machine: Machine, body: Living, spec: Spec<'standard'>): void {
  const goesOn = !spec.testBefore || mayRunAgain(machine, body, 0, spec)
  if (goesOn) startRun(machine, body, spec)
  else machine.complete(body)
}

function mayRunAgain(machine: Machine, body: Living, loopCounter: number, spec: Spec<'standard'>): boolean {
  const { condition, maximum } = spec
  if (maximum !== undefined && (body.loop?.started ?? 0) >= Number(evaluate(machine, maximum, body)))
    return false
  return condition === undefined || evaluate(machine, condition, body, { loopCounter }) === true
}

function continueStandard(machine: Machine, body: Living, run: Living, spec: Spec<'standard'>): void {
  if (mayRunAgain(machine, body, run.index ?? 0, spec)) startRun(machine, body, spec)
  else machine.complete(body)
}
