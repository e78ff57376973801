/** Events as lines that people read: elements by their ids, nothing by a key. */
import { formatDuration } from '@braid/core/base/duration.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Event, EventOf, EventType } from '@braid/core/engine/event.ts'
import type { Commit } from './engine-driver.ts'

/** Milliseconds since the beginning of the trace. */
const timeText = (at: Instant): string => formatDuration({ months: 0, days: 0, milliseconds: at })
const json = (value: unknown): string => JSON.stringify(value)
const withVariables = (variables: JsonObject): string =>
  Object.keys(variables).length === 0 ? '' : ` with ${json(variables)}`

/** Gives names to keys: the id of what they stand for, numbered from the second on. */
class Names {
  readonly #names = new Map<Key, string>()
  readonly #counts = new Map<string, number>()

  give(key: Key, id: string): string {
    const count = (this.#counts.get(id) ?? 0) + 1
    this.#counts.set(id, count)
    const name = count === 1 ? id : `${id}#${count}`
    this.#names.set(key, name)
    return name
  }

  /** A second name for something that has one: a job is called as its task. */
  share(key: Key, name: string): string {
    this.#names.set(key, name)
    return name
  }

  of = (key: Key): string => this.#names.get(key) ?? `?${key}`
}

type Render = { [T in EventType]: (event: EventOf<T>, names: Names) => string }

const fieldsOf = ({
  type: _,
  key: __,
  elementInstanceKey: ___,
  element: ____,
  ...fields
}: EventOf<'user-task-created'>): string => json(fields)

const repeats = (repetitions: number | undefined): string => {
  if (repetitions === undefined) return ''
  return repetitions === -1 ? ', then again and again' : `, then ${repetitions} more`
}

const at = (element: string, owner: string): string =>
  element === owner ? element : `${element} of ${owner}`

const lines: Render = {
  'instance-created': (event) =>
    `created${event.parent === undefined ? '' : ' by a call'}${event.startKey === undefined ? '' : ` for ${event.startKey}`}`,
  'instance-completed': () => 'COMPLETED',
  'instance-terminated': () => 'TERMINATED',
  'element-activated': (event, names) => {
    const scope = event.scope === undefined ? '' : ` in ${names.of(event.scope)}`
    const consumed = event.consumed === undefined ? '' : `, joining ${event.consumed.join(', ')}`
    const run = event.index === undefined ? '' : `, run ${event.index}`
    const role = event.role === undefined ? '' : `, to ${event.role === 'undo' ? 'undo it' : 'compensate'}`
    const begin =
      event.begin === undefined
        ? ''
        : `, to begin at ${[...event.begin.elements.map(({ element }) => element), ...event.begin.flows].join(', ')}`
    const given = event.given === undefined ? '' : `, given ${event.given.join(', ')}`
    return `+ ${names.give(event.key, event.element)}${scope}${consumed}${run}${role}${begin}${given}`
  },
  'element-completed': (event, names) => {
    const result = event.result === undefined ? '' : `, result ${json(event.result)}`
    const snapshot = event.snapshot === undefined ? '' : `, can be compensated with ${json(event.snapshot)}`
    return `- ${names.of(event.key)}${result}${snapshot}`
  },
  'element-terminated': (event, names) => `x ${names.of(event.key)}`,
  'flow-taken': (event) => `> ${event.flow}${event.waits === true ? ' (waits)' : ''}`,
  'tokens-dropped': (event, names) => `tokens dropped in ${names.of(event.scope)}`,
  'loop-counted': (event, names) =>
    `loop ${names.of(event.key)} has ${event.count} runs${event.open === true ? ', more may come' : ''}`,
  'elements-enabled': (event, names) => `${names.of(event.key)} has yet to do: ${event.elements.join(', ')}`,
  'gateway-fired': (event) => `${event.gateway} fires with ${event.flows.join(', ')}`,
  'gateway-reset': (event) => `${event.gateway} can fire again`,
  'compensation-started': (event, names) =>
    `${names.of(event.key)} compensates ${event.activity ?? 'all'} of ${event.from.map((key) => names.of(key)).join(', ')}${event.left === true ? ', its token has gone on' : ''}`,
  'variables-set': (event, names) => `variables of ${names.of(event.scope)}: ${json(event.variables)}`,
  'job-created': (event, names) => {
    const task = names.share(event.key, names.of(event.elementInstanceKey))
    const listener = event.listener === undefined ? '' : `${event.listener.on} listener `
    return `${listener}job at ${task}: ${event.jobType}, ${event.retries} retries${event.priority === undefined ? '' : `, priority ${event.priority}`}`
  },
  'job-completed': (event, names) => `job completed at ${names.of(event.key)}`,
  'job-failed': (event, names) =>
    `job failed at ${names.of(event.key)}: ${event.message}; ${event.retries} retries, again at ${timeText(event.retryAt)}`,
  'job-error-thrown': (event, names) =>
    `job threw ${event.code} at ${names.of(event.key)}${event.message === '' ? '' : `: ${event.message}`}`,
  'job-retries-updated': (event, names) => `job at ${names.of(event.key)} gets ${event.retries} retries`,
  'job-canceled': (event, names) => `job canceled at ${names.of(event.key)}`,
  'jobs-published': (event, names) =>
    `jobs published: ${event.jobs.map(({ key }) => names.of(key)).join(', ')}`,
  'user-task-created': (event, names) => {
    const task = names.share(event.key, names.of(event.elementInstanceKey))
    return `user task at ${task}: ${fieldsOf(event)}`
  },
  'user-task-updated': ({ type: _, key, action, ...changes }, names) =>
    `user task ${action} at ${names.of(key)}: ${json(changes)}`,
  'user-task-change-pending': ({ key, on, changes }, names) =>
    `user task at ${names.of(key)} asks its listeners, ${on}: ${json(changes)}`,
  'user-task-change-denied': (event, names) =>
    `user task at ${names.of(event.key)} stays as it was: ${event.reason}`,
  'user-task-completed': (event, names) => `user task ${event.action} at ${names.of(event.key)}`,
  'user-task-canceled': (event, names) => `user task canceled at ${names.of(event.key)}`,
  'timer-armed': (event, names) => {
    const name = names.share(event.key, at(event.element, names.of(event.elementInstanceKey)))
    return `timer armed: ${name}, due ${timeText(event.due)}${repeats(event.repetitions)}`
  },
  'timer-fired': (event, names) => `timer fired: ${names.of(event.key)}`,
  'timer-canceled': (event, names) => `timer canceled: ${names.of(event.key)}`,
  'subscription-opened': (event, names) => {
    const name = names.share(event.key, at(event.element, names.of(event.elementInstanceKey)))
    const key = event.correlationKey === undefined ? '' : ` for key '${event.correlationKey}'`
    return `waits for ${event.kind} ${event.name}${key}: ${name}`
  },
  'subscription-closed': (event, names) => `waits no longer: ${names.of(event.key)}`,
  'subscription-triggered': (event, names) => `received: ${names.of(event.key)}`,
  'condition-awaited': (event, names) =>
    `waits for its condition: ${names.share(event.key, at(event.element, names.of(event.elementInstanceKey)))}`,
  'condition-changed': (event, names) =>
    `condition ${event.met ? 'holds' : 'holds no more'}: ${names.of(event.key)}`,
  'condition-dropped': (event, names) => `waits for its condition no longer: ${names.of(event.key)}`,
  'trigger-matched': (event, names) =>
    `${event.last === true ? 'last ' : ''}trigger of ${at(event.element, names.of(event.elementInstanceKey))}${withVariables(event.variables)}`,
  'activation-awaited': (event, names) =>
    `can activate elements: ${names.share(event.key, names.of(event.elementInstanceKey))}`,
  'activation-dropped': (event, names) => `can activate no more: ${names.of(event.key)}`,
  'message-published': (event) =>
    `publishes ${event.name}${event.messageId === undefined ? '' : ` (${event.messageId})`} for key '${event.correlationKey}', kept ${timeText(event.timeToLiveMs)}${withVariables(event.variables)}`,
  'signal-broadcast': (event) => `broadcasts ${event.name}${withVariables(event.variables)}`,
  'call-started': (event, names) =>
    `calls ${event.processId} (${event.binding}) from ${names.share(event.childKey, names.of(event.elementInstanceKey))}${withVariables(event.variables)}`,
  'call-canceled': (event, names) => `call canceled from ${names.of(event.childKey)}`,
  'call-ended': (event, names) => `call ${event.outcome} from ${names.of(event.elementInstanceKey)}`,
  'escalation-received': (event, names) => `call from ${names.of(event.childKey)} escalated ${event.code}`,
  'parent-notified': ({ outcome }) => `tells its caller: ${json(outcome)}`,
  'error-caught': (event, names) =>
    `${event.kind} '${event.code}' thrown by ${names.of(event.thrownBy)} is caught by ${event.caughtBy}`,
  'error-uncaught': (event, names) =>
    `error '${event.code}' thrown by ${names.of(event.thrownBy)} is caught by nobody`,
  'incident-raised': (event, names) => {
    const name = names.share(event.key, names.of(event.elementInstanceKey))
    return `INCIDENT at ${name}: ${event.incidentType} (${event.step}): ${event.message}`
  },
  'incident-resolved': (event, names) => `incident resolved at ${names.of(event.key)}`,
  'instance-suspended': () => 'SUSPENDED',
  'instance-resumed': () => 'RESUMED',
  'instance-migrated': ({ mapping }) =>
    `MIGRATED: ${mapping.map(({ source, target }) => `${source} to ${target}`).join(', ')}`,
  'instance-modified': () => 'MODIFIED by hand',
  'command-kept': ({ command }) => `kept for later: ${command.type}`,
}

function lineOf(event: Event, names: Names): string {
  // The table is exhaustive by type; TypeScript cannot tie the key to the argument.
  const render = lines[event.type] as (event: Event, names: Names) => string
  return render(event, names)
}

/** Collects what happens as text: steps, the time when it moves, and events with their instance. */
export class Trace {
  readonly #lines: string[] = []
  readonly #instances = new Names()
  readonly #known = new Map<Key, { readonly name: string; readonly names: Names }>()
  #at: Instant = 0

  step(text: string): void {
    this.#lines.push(`${this.#lines.length === 0 ? '' : '\n'}${text}`)
  }

  /** Keys in the text are no names. */
  note(text: string): void {
    this.#lines.push(
      `  ${text.replaceAll(/(?<=(?:job|task|incident|timer|subscription|instance) )\d+/g, '<key>')}`,
    )
  }

  commit({ instance, events, at }: Commit): void {
    if (at !== this.#at) {
      this.#at = at
      this.#lines.push(`  at ${timeText(at)}`)
    }
    const { key, processId } = instance.state
    const known = this.#known.get(key) ?? {
      name: this.#instances.give(key, processId),
      names: new Names(),
    }
    this.#known.set(key, known)
    for (const event of events) this.#lines.push(`  ${known.name} | ${lineOf(event, known.names)}`)
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`
  }
}
