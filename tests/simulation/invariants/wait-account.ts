/**
 * I2 what is waited for opens once and ends once; I3 a job ends only after somebody did it; I4 timers are never
 * early, fire once, keep the beat of their cycle and never fire after they were canceled.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Event, EventOf } from '@braid/core/engine/event.ts'
import { type Graph, nodeOf } from '@braid/core/engine/graph.ts'
import type { Trigger } from '@braid/core/model/program.ts'
import { Violation } from '../violation.ts'

type Open = {
  readonly kind: 'job' | 'timer' | 'message' | 'signal' | 'user-task' | 'call' | 'condition' | 'activation'
  readonly owner: Key
  /** The event that occurs. */
  readonly element: string
  readonly armed?: EventOf<'timer-armed'>
}

export type WaitAccount = {
  /** `at`: the time that the commit says; `latest`: the latest time that any clock has shown. */
  apply(event: Event, times: { readonly at: Instant; readonly latest: Instant }): void
  /** The element that an open wait is for. */
  find(key: Key): Open | undefined
}

type Timer = { readonly everyMs: number; readonly times: number | undefined; readonly date?: Instant }

/** What a constant timer says: `PT5S`, `R3/PT2S` (-1 without bound), or a date. */
function readTimer(text: string): Timer {
  const parts = /^(?:R(\d*)\/)?PT(\d+)S$/.exec(text)
  if (parts === null) {
    const date = Date.parse(text)
    if (Number.isNaN(date)) throw new Error(`not a timer of the simulation: ${text}`)
    return { everyMs: 0, times: undefined, date }
  }
  const times = parts[1] === undefined ? undefined : parts[1] === '' ? -1 : Number(parts[1])
  return { everyMs: Number(parts[2]) * 1000, times }
}

function timerOf(graph: Graph, { element, part }: EventOf<'timer-armed'>): Timer {
  const { def } = nodeOf(graph, element)
  const trigger: Trigger | undefined = 'trigger' in def ? def.trigger : undefined
  const awaited = trigger?.kind === 'multiple' ? trigger.triggers[part ?? 0] : trigger
  if (awaited?.kind !== 'timer' || !('value' in awaited.value))
    throw new Error(`${element} waits for no time`)
  return readTimer(String(awaited.value.value))
}

export function createWaitAccount(graph: Graph, isExecuted: (job: Key) => boolean): WaitAccount {
  const seen = new Set<Key>()
  const open = new Map<Key, Open>()
  /** What the next event must arm. */
  let rearm: Pick<EventOf<'timer-armed'>, 'element' | 'due' | 'repetitions'> | undefined

  const begin = (key: Key, wait: Open): void => {
    if (seen.has(key)) throw new Violation('I2', `${wait.kind} ${key} of ${wait.element} was opened twice`)
    seen.add(key)
    open.set(key, wait)
  }
  const end = (key: Key, event: Event): Open => {
    const wait = open.get(key)
    if (wait === undefined) throw new Violation('I2', `${event.type} of ${key}, which is not open`)
    open.delete(key)
    return wait
  }

  const arm = (event: EventOf<'timer-armed'>, at: Instant): void => {
    begin(event.key, { kind: 'timer', owner: event.elementInstanceKey, element: event.element, armed: event })
    const { everyMs, times, date } = timerOf(graph, event)
    const first = {
      due: date ?? at + everyMs,
      repetitions: times === undefined || times === -1 ? times : times - 1,
    }
    const expected = rearm ?? first
    if (event.due !== expected.due || event.repetitions !== expected.repetitions) {
      const got = `${event.due} with ${event.repetitions} more`
      throw new Violation(
        'I4',
        `${event.element} was armed for ${got}, not ${expected.due} with ${expected.repetitions}`,
      )
    }
  }

  const fire = (event: EventOf<'timer-fired'>, at: Instant, latest: Instant): void => {
    const { armed } = end(event.key, event)
    if (armed === undefined) throw new Violation('I4', `${event.key} fired, but is no timer`)
    if (at < armed.due || latest < armed.due) {
      throw new Violation('I4', `${armed.element} fired at ${Math.min(at, latest)}, before ${armed.due}`)
    }
    const { repetitions, element } = armed
    if (repetitions === undefined || repetitions === 0 || isInterrupting(graph, element)) return
    const { everyMs } = timerOf(graph, armed)
    const left = repetitions === -1 ? -1 : repetitions - 1
    rearm = { element, due: armed.due + everyMs, repetitions: left }
  }

  const endJob = (key: Key, event: Event): void => {
    end(key, event)
    if (!isExecuted(key)) throw new Violation('I3', `job ${key} ended, but nobody did it`)
  }

  const openFor = (event: Event, at: Instant): void => {
    if (rearm !== undefined && (event.type !== 'timer-armed' || event.element !== rearm.element)) {
      throw new Violation('I4', `the cycle of ${rearm.element} stopped with ${rearm.repetitions} to go`)
    }
    if (event.type === 'timer-armed') {
      arm(event, at)
      rearm = undefined
    } else if (event.type === 'job-created') {
      begin(event.key, { kind: 'job', owner: event.elementInstanceKey, element: event.element })
    } else if (event.type === 'user-task-created') {
      begin(event.key, { kind: 'user-task', owner: event.elementInstanceKey, element: event.element })
    } else if (event.type === 'subscription-opened') {
      begin(event.key, { kind: event.kind, owner: event.elementInstanceKey, element: event.element })
    } else if (event.type === 'condition-awaited') {
      begin(event.key, { kind: 'condition', owner: event.elementInstanceKey, element: event.element })
    } else if (event.type === 'activation-awaited') {
      begin(event.key, { kind: 'activation', owner: event.elementInstanceKey, element: '' })
    } else if (event.type === 'call-started') {
      begin(event.childKey, { kind: 'call', owner: event.elementInstanceKey, element: event.processId })
    }
  }

  const checkLeft = (owner: Key): void => {
    for (const [key, wait] of open) {
      if (wait.owner === owner) throw new Violation('I11', `${owner} ended, but ${wait.kind} ${key} goes on`)
    }
  }

  const mustBeOpen = (key: Key, event: Event): void => {
    if (!open.has(key)) throw new Violation('I2', `${event.type} of ${key}, which is not open`)
  }

  return {
    find: (key) => open.get(key),
    apply: (event, { at, latest }) => {
      openFor(event, at)
      switch (event.type) {
        case 'job-completed':
        case 'job-error-thrown':
          return endJob(event.key, event)
        case 'job-failed':
          mustBeOpen(event.key, event)
          if (!isExecuted(event.key)) throw new Violation('I3', `job ${event.key} failed, but nobody did it`)
          return
        case 'job-retries-updated':
        case 'subscription-triggered':
        case 'user-task-updated':
        case 'condition-changed':
          return mustBeOpen(event.key, event)
        case 'job-canceled':
        case 'timer-canceled':
        case 'subscription-closed':
        case 'user-task-canceled':
        case 'user-task-completed':
        case 'condition-dropped':
        case 'activation-dropped':
          end(event.key, event)
          return
        case 'call-canceled':
        case 'call-ended':
          end(event.childKey, event)
          return
        case 'timer-fired':
          return fire(event, at, latest)
        case 'element-completed':
        case 'element-terminated':
          return checkLeft(event.key)
      }
    },
  }
}

function isInterrupting(graph: Graph, element: string): boolean {
  const { def } = nodeOf(graph, element)
  return (def.type !== 'boundary-event' && def.type !== 'start-event') || def.interrupting
}
