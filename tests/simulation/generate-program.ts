/**
 * Random processes from a grammar of blocks with one way in and one way out, so that every one of them can end. All
 * expressions are constants: which way a token goes is known from the Program alone.
 */
import type { ElementId, Expression, Program, Trigger } from '@braid/core/model/program.ts'
import { createProgramBuilder, type NodeDraft, type ProgramBuilder } from './program-builder.ts'
import type { Random } from './random.ts'

/** Done by handlers inside the nodes. */
export const localJobTypes = ['local-a', 'local-b'] as const
/** Done by workers outside. */
export const remoteJobTypes = ['remote-a', 'remote-b'] as const
export const messageNames = ['m1', 'm2', 'm3'] as const
/** Starts instances, and is waited for nowhere else: so that help for waiting instances starts no new ones. */
export const startMessageName = 'begin'
/** For events that interrupt nothing, which would take the messages of others again and again. */
export const repeatedMessageName = 'again'
export const repeatedSignalName = 'once more'
export const correlationKeys = ['k1', 'k2'] as const
export const signalNames = ['s1', 's2'] as const
/** Thrown by workers; caught only where the model says so. */
export const errorCode = 'E1'

export type GenerateOptions = {
  readonly processId: string
  readonly blocks: number
  /** Processes it may call. */
  readonly callable: readonly string[]
  readonly start: 'none' | 'message' | 'timer'
}

type Writer = {
  readonly builder: ProgramBuilder
  readonly random: Random
  readonly callable: readonly string[]
}
/** Where a block stands. */
type Place = { readonly scope: ElementId; readonly depth: number }
type Block = { readonly first: ElementId; readonly last: ElementId }
type WriteBlock = (writer: Writer, place: Place) => Block

const constant = (value: string | number | boolean): Expression => ({ value })
const single = (id: ElementId): Block => ({ first: id, last: id })

const maxDepth = 2

export function generateProgram(random: Random, options: GenerateOptions): Program {
  const builder = createProgramBuilder(options.processId)
  const writer: Writer = { builder, random, callable: options.callable }
  const { processId } = builder
  const start = builder.id('start')
  const triggered = options.start !== 'none'
  builder.add({
    id: processId,
    type: 'process',
    starts: triggered ? [] : [start],
    triggeredStarts: triggered ? [start] : [],
    eventSubProcesses: [],
  })
  builder.add({
    id: start,
    type: 'start-event',
    scope: processId,
    trigger: startTrigger(options.start),
    interrupting: true,
  })
  const place: Place = { scope: processId, depth: 0 }
  const body = sequence(writer, place, options.blocks)
  builder.flow(start, body.first)
  builder.flow(body.last, endEvent(writer, place))
  if (random.chance(0.2)) addEventSubProcess(writer, processId, 0)
  return builder.build()
}

function startTrigger(start: GenerateOptions['start']): Trigger {
  if (start === 'message') return { kind: 'message', name: constant(startMessageName) }
  if (start === 'timer') return { kind: 'timer', timer: 'cycle', value: constant('R2/PT4S') }
  return { kind: 'none' }
}

function sequence(writer: Writer, place: Place, count: number): Block {
  const blocks = Array.from({ length: count }, () => block(writer, place))
  for (const [index, next] of blocks.entries()) {
    const before = blocks[index - 1]
    if (before !== undefined) writer.builder.flow(before.last, next.first)
  }
  return { first: (blocks[0] as Block).first, last: (blocks.at(-1) as Block).last }
}

function block(writer: Writer, place: Place): Block {
  const choices = place.depth < maxDepth ? [...leaves, ...nests] : leaves
  const total = choices.reduce((sum, [weight]) => sum + weight, 0)
  let left = writer.random.below(total)
  for (const [weight, write] of choices) {
    left -= weight
    if (left < 0) return write(writer, place)
  }
  throw new Error('no block was chosen')
}

function endEvent({ builder }: Writer, { scope }: Place): ElementId {
  return builder.add({ id: builder.id('end'), type: 'throw-event', scope, effect: { kind: 'none' } })
}

function passTask({ builder }: Writer, { scope }: Place): ElementId {
  return builder.add({ id: builder.id('pass'), type: 'pass-task', scope, boundaryEvents: [] })
}

function gateway(
  { builder }: Writer,
  { scope }: Place,
  type: 'exclusive-gateway' | 'parallel-gateway' | 'event-based-gateway',
): ElementId {
  return builder.add({ id: builder.id(type === 'exclusive-gateway' ? 'xor' : 'gateway'), type, scope })
}

function jobTask({ builder, random }: Writer, { scope }: Place): ElementId {
  return builder.add({
    id: builder.id('job'),
    type: 'job-task',
    scope,
    boundaryEvents: [],
    job: {
      type: constant(random.pick(random.chance(0.7) ? localJobTypes : remoteJobTypes)),
      retries: constant(random.between(1, 3)),
      headers: {},
    },
  })
}

const messageTrigger = (random: Random, interrupting = true): Trigger => ({
  kind: 'message',
  name: constant(interrupting ? random.pick(messageNames) : repeatedMessageName),
  correlationKey: constant(random.pick(correlationKeys)),
})
const signalTrigger = (random: Random, interrupting = true): Trigger => ({
  kind: 'signal',
  name: constant(interrupting ? random.pick(signalNames) : repeatedSignalName),
})
const durationTrigger = (random: Random): Trigger => ({
  kind: 'timer',
  timer: 'duration',
  value: constant(`PT${random.between(1, 7)}S`),
})
const cycleTrigger = (random: Random): Trigger => ({
  kind: 'timer',
  timer: 'cycle',
  value: constant(random.pick(['R2/PT1S', 'R3/PT2S', 'R1/PT1S', 'R/PT3S'])),
})

/** Without bound, it would keep the scope that it belongs to from ending. */
const finiteCycle: Trigger = {
  kind: 'timer',
  timer: 'cycle',
  value: constant('R2/PT2S'),
}

function userTask({ builder }: Writer, { scope }: Place): ElementId {
  const id = builder.id('user')
  return builder.add({ id, type: 'user-task', scope, boundaryEvents: [], task: { headers: {} } })
}

function catchEvent({ builder }: Writer, { scope }: Place, trigger: Trigger): ElementId {
  return builder.add({ id: builder.id('catch'), type: 'catch-event', scope, trigger })
}

function throwEvent({ builder, random }: Writer, { scope }: Place): ElementId {
  const effect: Extract<NodeDraft, { type: 'throw-event' }>['effect'] = random.chance(0.6)
    ? {
        kind: 'message',
        name: constant(random.pick(messageNames)),
        correlationKey: constant(random.pick(correlationKeys)),
        timeToLive: constant(random.pick([0, 5_000, 600_000])),
      }
    : { kind: 'signal', name: constant(random.pick(signalNames)) }
  return builder.add({ id: builder.id('throw'), type: 'throw-event', scope, effect })
}

function callActivity({ builder, random, callable }: Writer, { scope }: Place): ElementId {
  return builder.add({
    id: builder.id('call'),
    type: 'call-activity',
    scope,
    boundaryEvents: [],
    call: {
      processId: constant(random.pick(callable)),
      binding: random.pick(['latest', 'deployment']),
      propagateAllChildVariables: true,
      propagateAllParentVariables: true,
    },
  })
}

/** An activity, now and then with an event at its boundary; an interrupting one joins the way that the host goes. */
function activity(write: (writer: Writer, place: Place) => ElementId): WriteBlock {
  return (writer, place) => {
    const host = write(writer, place)
    if (!writer.random.chance(0.35)) return single(host)
    return withBoundaryEvent(writer, place, { first: host, last: host }, host)
  }
}

function withBoundaryEvent(writer: Writer, place: Place, around: Block, host: ElementId): Block {
  const { builder, random } = writer
  const kind = random.pick(['timer', 'cycle', 'message', 'signal', 'error', 'error'] as const)
  const interrupting = kind === 'error' || (kind !== 'cycle' && random.chance(0.5))
  const trigger = boundaryTrigger(random, kind, interrupting)
  const event = builder.add({
    id: builder.id('boundary'),
    type: 'boundary-event',
    scope: place.scope,
    trigger,
    attachedTo: host,
    interrupting,
  })
  builder.change(host, (node) =>
    'boundaryEvents' in node ? { ...node, boundaryEvents: [...node.boundaryEvents, event] } : node,
  )
  const handling = random.chance(0.5) ? jobTask(writer, place) : passTask(writer, place)
  builder.flow(event, handling)
  if (!interrupting) {
    builder.flow(handling, endEvent(writer, place))
    return around
  }
  const merge = gateway(writer, place, 'exclusive-gateway')
  builder.flow(around.last, merge)
  builder.flow(handling, merge)
  return { first: around.first, last: merge }
}

function boundaryTrigger(
  random: Random,
  kind: 'timer' | 'cycle' | 'message' | 'signal' | 'error',
  interrupting: boolean,
): Trigger {
  switch (kind) {
    case 'timer':
      return durationTrigger(random)
    case 'cycle':
      return cycleTrigger(random)
    case 'message':
      return messageTrigger(random, interrupting)
    case 'signal':
      return signalTrigger(random, interrupting)
    case 'error':
      return { kind: 'error', code: errorCode }
  }
}

const leaves: readonly (readonly [weight: number, write: WriteBlock])[] = [
  [8, activity(jobTask)],
  [1, (writer, place) => single(passTask(writer, place))],
  [2, activity(userTask)],
  [2, (writer, place) => single(catchEvent(writer, place, messageTrigger(writer.random)))],
  [1, (writer, place) => single(catchEvent(writer, place, signalTrigger(writer.random)))],
  [2, (writer, place) => single(catchEvent(writer, place, durationTrigger(writer.random)))],
  [2, (writer, place) => single(throwEvent(writer, place))],
  [
    2,
    (writer, place) =>
      writer.callable.length === 0 ? single(jobTask(writer, place)) : activity(callActivity)(writer, place),
  ],
]

/** Blocks that send nothing: what can happen again and again must not cause itself. */
const quiet: readonly WriteBlock[] = [
  activity(jobTask),
  (writer, place) => single(userTask(writer, place)),
  (writer, place) => single(catchEvent(writer, place, durationTrigger(writer.random))),
]

const choice: WriteBlock = (writer, place) => {
  const { builder, random } = writer
  const split = gateway(writer, place, 'exclusive-gateway')
  const merge = gateway(writer, place, 'exclusive-gateway')
  const inner = { ...place, depth: place.depth + 1 }
  const branches = [block(writer, inner), block(writer, inner)] as const
  builder.flow(split, branches[0].first, constant(random.chance(0.5)))
  const defaultFlow = builder.flow(split, branches[1].first)
  builder.change(split, (node) => ({ ...node, defaultFlow }))
  for (const { last } of branches) builder.flow(last, merge)
  return { first: split, last: merge }
}

const fork: WriteBlock = (writer, place) => {
  const { builder, random } = writer
  const split = gateway(writer, place, 'parallel-gateway')
  const join = gateway(writer, place, 'parallel-gateway')
  const inner = { ...place, depth: place.depth + 1 }
  for (let branch = random.between(2, 3); branch > 0; branch--) {
    const { first, last } = block(writer, inner)
    builder.flow(split, first)
    builder.flow(last, join)
  }
  return { first: split, last: join }
}

const race: WriteBlock = (writer, place) => {
  const { builder, random } = writer
  const split = gateway(writer, place, 'event-based-gateway')
  const merge = gateway(writer, place, 'exclusive-gateway')
  const triggers = [
    messageTrigger(random),
    random.chance(0.7) ? durationTrigger(random) : signalTrigger(random),
  ]
  for (const trigger of triggers) {
    const event = catchEvent(writer, place, trigger)
    builder.flow(split, event)
    builder.flow(event, merge)
  }
  return { first: split, last: merge }
}

const subProcess: WriteBlock = (writer, place) => {
  const { builder, random } = writer
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
  })
  const inside: Place = { scope: id, depth: place.depth + 1 }
  builder.add({ id: start, type: 'start-event', scope: id, trigger: { kind: 'none' }, interrupting: true })
  const body = sequence(writer, inside, random.between(1, 2))
  builder.flow(start, body.first)
  const terminates = random.chance(0.1)
  const end = terminates
    ? builder.add({ id: builder.id('end'), type: 'throw-event', scope: id, effect: { kind: 'terminate' } })
    : endEvent(writer, inside)
  builder.flow(body.last, end)
  if (random.chance(0.4)) addEventSubProcess(writer, id, inside.depth)
  return random.chance(0.5) ? withBoundaryEvent(writer, place, single(id), id) : single(id)
}

function addEventSubProcess(writer: Writer, scope: ElementId, depth: number): void {
  const { builder, random } = writer
  const [id, start] = [builder.id('handler'), builder.id('start')]
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
  builder.add({
    id,
    type: 'event-sub-process',
    scope,
    starts: [],
    triggeredStarts: [start],
    eventSubProcesses: [],
  })
  builder.add({ id: start, type: 'start-event', scope: id, trigger, interrupting })
  const body = random.pick(quiet)(writer, { scope: id, depth })
  builder.flow(start, body.first)
  builder.flow(body.last, endEvent(writer, { scope: id, depth }))
  builder.change(scope, (node) =>
    'eventSubProcesses' in node ? { ...node, eventSubProcesses: [...node.eventSubProcesses, id] } : node,
  )
}

const nests: readonly (readonly [weight: number, write: WriteBlock])[] = [
  [2, choice],
  [4, fork],
  [2, race],
  [4, subProcess],
]
