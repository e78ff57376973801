/** Activities: tasks and calls, with what can be said of any of them: boundary events and loops. */
import type { ElementId, ExecutionListener, Trigger } from '@braid/core/model/program.ts'
import type { Random } from '../../simulation/random.ts'
import { catchesRuns, loopAround } from './loops.ts'
import {
  conditionalTrigger,
  cycleTrigger,
  dateTrigger,
  durationTrigger,
  messageTrigger,
  multipleTrigger,
  signalTrigger,
} from './triggers.ts'
import {
  attach,
  type Block,
  constant,
  correlationKeys,
  errorCode,
  escalationCodes,
  feel,
  localJobTypes,
  messageNames,
  numbers,
  type Place,
  remoteJobTypes,
  single,
  type WriteBlock,
  type WriteElement,
  type Writer,
} from './writing.ts'

export const endEvent: WriteElement = ({ builder }, { scope }) =>
  builder.add({ id: builder.id('end'), type: 'throw-event', scope, effect: { kind: 'none' } })

export const passTask: WriteElement = ({ builder }, { scope }) =>
  builder.add({ id: builder.id('pass'), type: 'pass-task', scope, boundaryEvents: [] })

export const jobTask: WriteElement = ({ builder, random }, { scope }) =>
  builder.add({
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

export const userTask: WriteElement = ({ builder }, { scope }) => {
  const id = builder.id('user')
  return builder.add({ id, type: 'user-task', scope, boundaryEvents: [], task: { headers: {} } })
}

export const expressionTask: WriteElement = ({ builder, random }, { scope }) => {
  const name = random.pick(numbers)
  return builder.add({
    id: builder.id('script'),
    type: 'expression-task',
    scope,
    boundaryEvents: [],
    expression: feel(`(if ${name} = null then 0 else ${name}) + ${random.between(1, 2)}`),
    resultVariable: name,
  })
}

export const receiveTask: WriteElement = ({ builder, random }, { scope }) =>
  builder.add({
    id: builder.id('receive'),
    type: 'receive-task',
    scope,
    boundaryEvents: [],
    trigger: messageTrigger(random),
  })

export const sendTask: WriteElement = ({ builder, random }, { scope }) =>
  builder.add({
    id: builder.id('send'),
    type: 'send-task',
    scope,
    boundaryEvents: [],
    effect: {
      kind: 'message',
      name: constant(random.pick(messageNames)),
      correlationKey: constant(random.pick(correlationKeys)),
    },
  })

export const callActivity: WriteElement = ({ builder, random, callable }, { scope }) =>
  builder.add({
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

export function gateway(
  { builder }: Writer,
  { scope }: Place,
  type:
    | 'exclusive-gateway'
    | 'parallel-gateway'
    | 'event-based-gateway'
    | 'inclusive-gateway'
    | 'complex-gateway',
): ElementId {
  return builder.add({ id: builder.id(type === 'exclusive-gateway' ? 'xor' : 'gateway'), type, scope })
}

/** An activity, now and then several times, or with an event at its boundary. */
export function activity(write: WriteElement): WriteBlock {
  return (writer, place) => {
    const host = write(writer, place)
    if (writer.families === 'all' && writer.random.chance(0.1)) addListeners(writer, host)
    if (writer.families === 'all' && writer.random.chance(0.15)) loopAround(writer, host)
    if (!writer.random.chance(0.35)) return single(host)
    return withBoundaryEvent(writer, place, { first: host, last: host }, host)
  }
}

/** Jobs at the beginning or the end of the activity. */
function addListeners({ builder, random }: Writer, id: ElementId): void {
  const listeners: readonly ExecutionListener[] = random
    .pick([['start'], ['end'], ['start', 'end'], ['end', 'end']] as const)
    .map((on) => ({
      on,
      job: {
        type: constant(random.pick(localJobTypes)),
        retries: constant(random.between(1, 2)),
        headers: {},
      },
    }))
  builder.change(id, (node) => ({ ...node, listeners }))
}

const plainKinds = ['timer', 'cycle', 'message', 'signal', 'error', 'error'] as const
const allKinds = [
  ...plainKinds,
  'date',
  'conditional',
  'multiple',
  'parallel',
  'escalation',
  'any error',
] as const
type Kind = (typeof allKinds)[number]

/** An interrupting event joins the way that the host goes, another one comes to an end of its own. */
export function withBoundaryEvent(writer: Writer, place: Place, around: Block, host: ElementId): Block {
  const { builder, random } = writer
  const kind: Kind = random.pick(writer.families === 'plain' ? plainKinds : allKinds)
  const isError = kind === 'error' || kind === 'any error'
  const interrupting = isError || (kind !== 'cycle' && random.chance(0.5))
  const trigger = boundaryTrigger(random, kind, interrupting)
  // What the runs of its host throw does not end it (§10.3.8).
  const interrupts = interrupting && !catchesRuns(builder.get(host), trigger)
  return withEvent(writer, place, around, host, trigger, interrupts)
}

export function withEvent(
  writer: Writer,
  place: Place,
  around: Block,
  host: ElementId,
  trigger: Trigger,
  interrupting: boolean,
): Block {
  const { builder, random } = writer
  const event = builder.add({
    id: builder.id('boundary'),
    type: 'boundary-event',
    scope: place.scope,
    trigger,
    attachedTo: host,
    interrupting,
  })
  attach(writer, host, 'boundaryEvents', event)
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

function boundaryTrigger(random: Random, kind: Kind, interrupting: boolean): Trigger {
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
    case 'any error':
      return { kind: 'error' }
    case 'date':
      return dateTrigger(random)
    case 'conditional':
      return conditionalTrigger(random)
    case 'multiple':
      return multipleTrigger(random, false, interrupting)
    case 'parallel':
      return multipleTrigger(random, true, interrupting)
    case 'escalation':
      return random.chance(0.5)
        ? { kind: 'escalation', code: random.pick(escalationCodes) }
        : { kind: 'escalation' }
  }
}
