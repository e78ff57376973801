/** Sub-processes of all kinds, and the event sub-processes in them. */
import type { Effect, ElementId, Trigger } from '@braid/core/model/program.ts'
import { catchEvent, eventfulEnd } from './events.ts'
import { loopAround } from './loops.ts'
import {
  activity,
  endEvent,
  expressionTask,
  jobTask,
  passTask,
  userTask,
  withBoundaryEvent,
  withEvent,
} from './tasks.ts'
import {
  conditionalTrigger,
  durationTrigger,
  finiteCycle,
  messageTrigger,
  multipleTrigger,
  signalTrigger,
} from './triggers.ts'
import {
  attach,
  constant,
  errorCode,
  escalationCodes,
  feel,
  innerErrorCode,
  type Place,
  sequence,
  single,
  type WriteBlock,
  type Writer,
} from './writing.ts'

/** Blocks that send nothing: what can happen again and again must not cause itself. */
const quiet: readonly WriteBlock[] = [
  activity(jobTask),
  (writer, place) => single(userTask(writer, place)),
  (writer, place) => single(catchEvent(writer, place, durationTrigger(writer.random))),
]

/** A sub-process with a start event; what follows it is up to the caller. */
export function openScope(
  { builder }: Writer,
  place: Place,
  transaction = false,
): { id: ElementId; start: ElementId } {
  const id = builder.id('sub')
  const start = builder.id('start')
  builder.add({
    id,
    type: 'sub-process',
    scope: place.scope,
    starts: [start],
    triggeredStarts: [],
    eventSubProcesses: [],
    boundaryEvents: [],
    ...(transaction ? { transaction } : {}),
  })
  builder.add({ id: start, type: 'start-event', scope: id, trigger: { kind: 'none' }, interrupting: true })
  return { id, start }
}

export const subProcess =
  (block: WriteBlock): WriteBlock =>
  (writer, place) => {
    const { builder, random, families } = writer
    const { id, start } = openScope(writer, place)
    const inside: Place = { ...place, scope: id, depth: place.depth + 1 }
    const body = sequence(writer, inside, random.between(1, 2), block)
    builder.flow(start, body.first)
    const terminates = random.chance(0.1)
    builder.flow(
      body.last,
      terminates ? eventfulEnd(writer, inside, { kind: 'terminate' }) : endOf(writer, inside),
    )
    if (random.chance(0.4)) addEventSubProcess(writer, inside)
    if (families === 'all' && random.chance(0.2)) addEventSubProcess(writer, inside, 'waits')
    if (families === 'all' && random.chance(0.2)) loopAround(writer, id)
    return random.chance(0.5) ? withBoundaryEvent(writer, place, single(id), id) : single(id)
  }

function endOf(writer: Writer, place: Place): ElementId {
  if (writer.families === 'plain' || !writer.random.chance(0.3)) return endEvent(writer, place)
  return eventfulEnd(writer, place)
}

/** A sub-process that ends with an error, now and then, which its boundary event catches. */
export const failing =
  (block: WriteBlock): WriteBlock =>
  (writer, place) => {
    const { builder, random } = writer
    const { id, start } = openScope(writer, place)
    const inside: Place = { ...place, scope: id, depth: place.depth + 1 }
    const body = block(writer, inside)
    builder.flow(start, body.first)
    const code = constant(innerErrorCode)
    builder.flow(body.last, eventfulEnd(writer, inside, { kind: 'error', code }))
    if (random.chance(0.3)) addEventSubProcess(writer, inside)
    const trigger: Trigger = random.chance(0.5) ? { kind: 'error' } : { kind: 'error', code: innerErrorCode }
    return withEvent(writer, place, single(id), id, trigger, true)
  }

/** Ways without a meeting; the end of one of them ends the others. */
export const terminating =
  (block: WriteBlock): WriteBlock =>
  (writer, place) => {
    const { builder, random } = writer
    const { id, start } = openScope(writer, place)
    const inside: Place = { ...place, scope: id, depth: place.depth + 1 }
    const split = builder.add({ id: builder.id('gateway'), type: 'parallel-gateway', scope: id })
    builder.flow(start, split)
    for (let branch = random.between(1, 2); branch > 0; branch--) {
      const { first, last } = block(writer, inside)
      builder.flow(split, first)
      builder.flow(last, endEvent(writer, inside))
    }
    const { first, last } = block(writer, inside)
    builder.flow(split, first)
    builder.flow(last, eventfulEnd(writer, inside, { kind: 'terminate' }))
    return single(id)
  }

/** Activities in any order. */
export const adHoc: WriteBlock = (writer, place) => {
  const { builder, random } = writer
  const id = builder.id('adhoc')
  const sequential = random.chance(0.4)
  const inside: Place = { ...place, scope: id, depth: place.depth + 1 }
  const first = [jobTask, userTask, passTask, expressionTask].slice(random.below(3))
  const started = first.map((write) => write(writer, inside))
  const cancelRemaining = random.chance(0.5)
  const asked = random.pick(['none', 'at once', 'counted'] as const)
  const counter = builder.id('count')
  if (asked === 'none' && random.chance(0.4)) builder.flow(started.at(-1) ?? '', jobTask(writer, inside))
  if (asked === 'counted') for (const task of started) countsUp(writer, task, counter)
  const wanted = random.chance(0.3) ? started.slice(0, random.between(1, started.length)) : undefined
  const runs = wanted?.length ?? started.length
  const holds = feel(
    asked === 'at once' ? 'true' : `${counter} != null and ${counter} >= ${random.between(1, runs)}`,
  )
  builder.add({
    id,
    type: 'ad-hoc-sub-process',
    scope: place.scope,
    sequential,
    starts: started,
    triggeredStarts: [],
    eventSubProcesses: [],
    boundaryEvents: [],
    cancelRemaining,
    ...(wanted === undefined ? {} : { activeElements: feel(JSON.stringify(wanted)) }),
    ...(asked === 'none' ? {} : { completionCondition: holds }),
  })
  if (random.chance(0.15)) loopAround(writer, id)
  return random.chance(0.4) ? withBoundaryEvent(writer, place, single(id), id) : single(id)
}

/** Makes a script of the activity, which counts how many of its kind have run. */
function countsUp({ builder }: Writer, id: ElementId, counter: string): void {
  builder.change(id, (node) => {
    if (node.scope === undefined) return node
    const expression = feel(`(if ${counter} = null then 0 else ${counter}) + 1`)
    return {
      id,
      type: 'expression-task',
      scope: node.scope,
      boundaryEvents: [],
      expression,
      resultVariable: counter,
    }
  })
}

/** `waits`: it catches nothing, for another one may catch the same. */
export function addEventSubProcess(writer: Writer, place: Place, kinds: 'any' | 'waits' = 'any'): void {
  const { builder, random, families } = writer
  const { scope } = place
  const [id, start] = [builder.id('handler'), builder.id('start')]
  const [trigger, interrupting] = families === 'plain' ? plainStart(writer) : anyStart(writer, kinds)
  const another = families === 'all' && random.chance(0.2) ? builder.id('start') : undefined
  builder.add({
    id,
    type: 'event-sub-process',
    scope,
    starts: [],
    triggeredStarts: another === undefined ? [start] : [start, another],
    eventSubProcesses: [],
  })
  builder.add({ id: start, type: 'start-event', scope: id, trigger, interrupting })
  const body = random.pick(quiet)(writer, { ...place, scope: id })
  builder.flow(start, body.first)
  if (another !== undefined) {
    const signal = signalTrigger(random, false)
    builder.add({ id: another, type: 'start-event', scope: id, trigger: signal, interrupting: false })
    builder.flow(another, body.first)
  }
  builder.flow(body.last, endEvent(writer, { ...place, scope: id }))
  attach(writer, scope, 'eventSubProcesses', id)
}

function plainStart({ random }: Writer): readonly [Trigger, boolean] {
  const kind = random.pick(['message', 'duration', 'signal', 'cycle'] as const)
  const interrupting = kind !== 'cycle' && random.chance(0.5)
  const trigger =
    kind === 'message'
      ? messageTrigger(random, interrupting)
      : kind === 'duration'
        ? durationTrigger(random)
        : kind === 'signal'
          ? signalTrigger(random, interrupting)
          : finiteCycle
  return [trigger, interrupting]
}

function anyStart({ random }: Writer, kinds: 'any' | 'waits'): readonly [Trigger, boolean] {
  const interrupting = random.chance(0.5)
  const waiting = ['plain', 'conditional', 'multiple', 'parallel'] as const
  const kind = random.pick(kinds === 'waits' ? waiting : ([...waiting, 'error', 'escalation'] as const))
  switch (kind) {
    case 'plain':
      return [
        random.chance(0.5) ? messageTrigger(random, interrupting) : durationTrigger(random),
        interrupting,
      ]
    case 'error':
      return [{ kind: 'error', code: random.pick([errorCode, innerErrorCode]) }, true]
    case 'escalation':
      return [{ kind: 'escalation', code: random.pick(escalationCodes) }, interrupting]
    case 'conditional':
      return [conditionalTrigger(random), interrupting]
    case 'multiple':
      return [multipleTrigger(random, false, interrupting), interrupting]
    case 'parallel':
      return [multipleTrigger(random, true, interrupting), interrupting]
  }
}

/** Work that can be canceled: then what it did is undone and it leaves by its cancel event. */
export const transaction =
  (compensable: WriteBlock, block: WriteBlock): WriteBlock =>
  (writer, place) => {
    const { builder, random } = writer
    const { id, start } = openScope(writer, place, true)
    const inside: Place = { ...place, scope: id, depth: place.depth + 1 }
    const body = sequence(writer, inside, random.between(1, 3), random.chance(0.8) ? compensable : block)
    builder.flow(start, body.first)
    const split = builder.add({ id: builder.id('xor'), type: 'exclusive-gateway', scope: id })
    builder.flow(body.last, split)
    const bad: Effect = random.chance(0.75)
      ? { kind: 'cancel' }
      : { kind: 'error', code: constant(innerErrorCode) }
    builder.flow(
      split,
      eventfulEnd(writer, inside, bad),
      feel(random.pick(['true', 'n1 != null and n1 > 1'])),
    )
    const defaultFlow = builder.flow(split, endEvent(writer, inside))
    builder.change(split, (node) => ({ ...node, defaultFlow }))
    const trigger: Trigger = bad.kind === 'cancel' ? { kind: 'cancel' } : { kind: 'error' }
    return withEvent(writer, place, single(id), id, trigger, true)
  }
