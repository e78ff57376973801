/**
 * A line language for what happens to processes from outside; `#` starts a comment. `<element>` is where it waits, the
 * oldest first.
 *
 *     start [process] [at <element>] [{variables}]     cancel [process]
 *     begin {"elements": [...], "flows": [...], "variables": {...}}
 *     complete <element> [{variables}]                 fail <element> <retries left> [duration] [message]
 *     throw <element> <code> [{variables}]             retries <element> <count>
 *     publish <name> [key] [{variables}]               keep <duration> <name> [key] [{variables}]
 *     signal <name> [{variables}]                      set <element> [{variables}]
 *     advance <duration>                               jump <duration>
 *     assign <element> <assignee>                      claim <element> <assignee>
 *     resolve <element> [retries]                      task <element> [{variables}]
 *     items <element> <offset> {"items": [...]}
 *     correct <element> {fields}                       deny <element> <reason>
 *     suspend [process]                                resume [process]
 *
 * `complete` is for the job where there is one, `task` for the user task whose listener's job it may be; `correct` and `deny`
 * complete the job of such a listener. `advance` stops at every due time, `jump` moves the clock at once. `keep` publishes a message that is buffered.
 * `set` is local to the element instance; the process is an element too.
 */
import { addDuration, parseDuration } from '@braid/core/base/duration.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Result } from '@braid/core/base/result.ts'
import type { Command, Rejection } from '@braid/core/engine/command.ts'
import type { Beginning } from '@braid/core/engine/event.ts'
import type { EngineDriver, Instance } from './engine-driver.ts'

export type Step = {
  readonly text: string
  readonly verb: string
  readonly words: readonly string[]
  readonly variables: JsonObject
}

export function parseSteps(text: string): readonly Step[] {
  const lines = text.split('\n').map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const brace = line.indexOf('{')
      const [verb = '', ...words] = (brace < 0 ? line : line.slice(0, brace)).trim().split(/\s+/)
      const variables = brace < 0 ? {} : (JSON.parse(line.slice(brace)) as JsonObject)
      return { text: line, verb, words, variables }
    })
}

type Waiting = { readonly key: Key; readonly instanceKey: Key; readonly element: string }

/** The first that waits at the element, or by `work#2` the second. A step that finds nothing is a mistake of its writer. */
function find<W extends Waiting>(table: ReadonlyMap<Key, W>, at: string): W {
  const [element, number = '1'] = at.split('#')
  const found = [...table.values()].filter((row) => row.element === element)[Number(number) - 1]
  if (found === undefined) throw new Error(`nothing waits at ${at}`)
  return found
}

function livingInstance(driver: EngineDriver, processId: string): Instance {
  const living = driver.instances
    .values()
    .find(({ state }) => state.status === 'active' && state.processId === processId)
  if (living === undefined) throw new Error(`no instance of ${processId} is active`)
  return living
}

function scopeOf(driver: EngineDriver, element: string): { readonly instanceKey: Key; readonly scope: Key } {
  for (const [instanceKey, { state }] of driver.instances) {
    for (const { key, element: id } of state.elements.values())
      if (id === element) return { instanceKey, scope: key }
  }
  throw new Error(`${element} is not active`)
}

function after(now: Instant, text: string): Instant {
  const duration = parseDuration(text)
  const end = duration.ok ? addDuration(now, duration.value) : undefined
  if (end === undefined) throw new Error(`expected a duration, got ${text}`)
  return end
}

type Context = { readonly driver: EngineDriver; readonly processId: string }
type Outcome = Result<unknown, Rejection> | undefined
type Verb = (step: Step, context: Context) => Outcome

const toJob =
  (command: (step: Step, key: Key, now: Instant) => Command): Verb =>
  (step, { driver }) => {
    const job = find(driver.tables.jobs, step.words[0] ?? '')
    return driver.submit(job.instanceKey, command(step, job.key, driver.now))
  }

const assign =
  (action: 'assign' | 'claim'): Verb =>
  ({ words: [element = '', assignee = ''] }, { driver }) => {
    const task = find(driver.tables.userTasks, element)
    return driver.submit(task.instanceKey, {
      type: 'update-user-task',
      userTaskKey: task.key,
      action,
      changes: { assignee },
      onlyIfUnassigned: action === 'claim',
    })
  }

/** The task itself, where `complete` would complete the job of its listener. */
const completeTask: Verb = ({ words: [element = ''], variables }, { driver }) => {
  const task = find(driver.tables.userTasks, element)
  return driver.submit(task.instanceKey, {
    type: 'complete-user-task',
    userTaskKey: task.key,
    variables,
    action: 'complete',
  })
}

const complete: Verb = (step, context) => {
  const {
    words: [element = ''],
    variables,
  } = step
  const { driver } = context
  const { jobs } = driver.tables
  if ([...jobs.values()].some((job) => job.element === element.split('#')[0])) {
    const job = find(jobs, element)
    return driver.submit(job.instanceKey, { type: 'complete-job', jobKey: job.key, variables })
  }
  return completeTask(step, context)
}

const start: Verb = ({ words, variables }, { driver, processId }) => {
  const at = words.indexOf('at')
  const startElement = at < 0 ? undefined : words[at + 1]
  const named = at === 0 ? undefined : words[0]
  return driver.create(named ?? processId, variables, startElement === undefined ? {} : { startElement })
}

const begin: Verb = ({ variables: { elements = [], flows = [], variables = {} } }, { driver, processId }) =>
  driver.create(processId, variables as JsonObject, { begin: { elements, flows } as Beginning })

const toInstance =
  (command: Command): Verb =>
  ({ words: [named] }, { driver, processId }) =>
    driver.submit(livingInstance(driver, named ?? processId).state.key, command)

const verbs: Readonly<Record<string, Verb>> = {
  start,
  begin,
  complete,
  task: completeTask,
  correct: toJob(({ variables }, jobKey) => ({
    type: 'complete-job',
    jobKey,
    variables: {},
    verdict: { corrections: variables },
  })),
  deny: toJob(({ words: [, ...reason] }, jobKey) => ({
    type: 'complete-job',
    jobKey,
    variables: {},
    verdict: { denied: reason.join(' ') },
  })),
  cancel: toInstance({ type: 'cancel-instance' }),
  suspend: toInstance({ type: 'suspend-instance' }),
  resume: toInstance({ type: 'resume-instance' }),
  fail: toJob(({ words: [, retries = '0', backOff = 'PT0S', ...message], variables }, jobKey, now) => ({
    type: 'fail-job',
    jobKey,
    retries: Number(retries),
    retryBackOffMs: after(now, backOff) - now,
    message: message.join(' '),
    variables,
  })),
  throw: toJob(({ words: [, code = ''], variables }, jobKey) => ({
    type: 'throw-job-error',
    jobKey,
    code,
    message: '',
    variables,
  })),
  items: toJob(({ words: [, offset = '0'], variables: { items } }, jobKey) => ({
    type: 'add-items',
    jobKey,
    offset: Number(offset),
    items: items as readonly JsonValue[],
  })),
  retries: toJob(({ words: [, retries] }, jobKey) => ({
    type: 'update-job-retries',
    jobKey,
    retries: Number(retries),
  })),
  publish: ({ words: [name = '', correlationKey = ''], variables }, { driver }) => {
    driver.publish({ name, correlationKey, variables })
    return undefined
  },
  keep: ({ words: [time = '', name = '', correlationKey = ''], variables }, { driver }) => {
    driver.publish({ name, correlationKey, variables, timeToLiveMs: after(driver.now, time) - driver.now })
    return undefined
  },
  signal: ({ words: [name = ''], variables }, { driver }) => {
    driver.broadcast(name, variables)
    return undefined
  },
  advance: ({ words: [time = ''] }, { driver }) => {
    driver.advanceTo(after(driver.now, time))
    return undefined
  },
  jump: ({ words: [time = ''] }, { driver }) => {
    driver.jumpTo(after(driver.now, time))
    return undefined
  },
  set: ({ words: [element = ''], variables }, { driver }) => {
    const { instanceKey, scope } = scopeOf(driver, element)
    return driver.submit(instanceKey, { type: 'set-variables', scope, variables, local: true })
  },
  assign: assign('assign'),
  claim: assign('claim'),
  resolve: ({ words: [element = '', count] }, { driver }) => {
    const { key: incidentKey, instanceKey } = find(driver.tables.incidents, element)
    const retries = count === undefined ? {} : { retries: Number(count) }
    return driver.submit(instanceKey, { type: 'resolve-incident', incidentKey, ...retries })
  },
}

/** Does one step; the rejection when the engine refuses it. `processId`: the process meant when a step names none. */
export function doStep(step: Step, driver: EngineDriver, processId: string): Rejection | undefined {
  const verb = verbs[step.verb]
  if (verb === undefined) throw new Error(`there is no step '${step.verb}'`)
  const outcome = verb(step, { driver, processId })
  return outcome === undefined || outcome.ok ? undefined : outcome.error
}
