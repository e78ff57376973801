/** Process instances as a user of the API moves and sees them; the clock stands still unless a test moves it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessEvent } from '@braid/contract/event.ts'
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import { expect } from 'vitest'
import { type Api, createApi, eventually } from '../../support/api.ts'
import type { TestServer } from '../../support/server.ts'

export type Trouble = { readonly at: string; readonly type: string; readonly message: string }

export type Runs = Api & {
  /** Starts the latest version of a process; `at`: a start event. */
  startAt(processDefinitionId: string, at: string, variables?: object): Promise<string>
  /** Its whole log. */
  events(instance: string): Promise<readonly ProcessEvent[]>
  /** Elements that completed, in order; the process itself excepted. */
  path(instance: string): Promise<readonly string[]>
  /** Of the process, or of an element instance. */
  variables(instance: string, scope?: string): Promise<JsonObject>
  /** Completes the oldest job that waits at an element; waits for it first. */
  complete(instance: string, element: string, variables?: object): Promise<void>
  throwError(instance: string, element: string, errorCode: string, variables?: object): Promise<void>
  /** A job fails and has no retries left. */
  fail(instance: string, element: string, errorMessage?: string): Promise<void>
  incidents(instance: string): Promise<readonly Trouble[]>
  /** Resolves all incidents, giving their jobs a retry, and waits until they are gone. */
  repair(instance: string): Promise<void>
  /** A millisecond later the message or signal is over: what begins in the same one is at the same time. */
  publish(name: string, correlationKey: string, variables?: object): Promise<void>
  broadcast(signalName: string, variables?: object): Promise<void>
  /** Waits until an instance has ended. */
  ended(instance: string, state?: 'COMPLETED' | 'TERMINATED'): Promise<void>
  /** Waits until exactly these elements are active. */
  waitsAt(instance: string, ...elements: readonly string[]): Promise<void>
  /** Moves the clock on by so many milliseconds. */
  advance(ms: number): Promise<void>
  /** Milliseconds since 1970, by the clock of the server. */
  now(): number
}

/** Takes hold of the clock of a server that was started with `controlledClock`. */
export async function createRuns(server: TestServer, from = Date.UTC(2026, 0, 1)): Promise<Runs> {
  const api = createApi(server, '/api/v1')
  let now = from
  const pin = async (): Promise<void> => {
    expect((await api.put('/clock', { timestamp: now })).status).toBe(204)
  }
  await pin()
  const advance = (ms: number): Promise<void> => {
    now += ms
    return pin()
  }
  return { ...api, ...readsOf(api), ...movesOf(api, advance), now: () => now, advance }
}

type Reads = Pick<Runs, 'events' | 'path' | 'variables' | 'incidents' | 'ended' | 'waitsAt'>

function readsOf(api: Api): Reads {
  const events: Reads['events'] = async (instance) => {
    const { status, body } = await api.get(`/process-instances/${instance}/events?limit=1000`)
    expect(status).toBe(200)
    const items = body.items as readonly { readonly events: readonly ProcessEvent[] }[]
    return items.flatMap((entry) => entry.events)
  }
  return {
    events,
    path: async (instance) => {
      const all = await events(instance)
      const completed = all.filter((event) => event.type === 'element-completed')
      const root = all.find((event) => event.type === 'element-activated')?.key
      return completed.filter(({ key }) => key !== root).map(({ element }) => element)
    },
    variables: async (processInstanceKey, scopeKey = processInstanceKey) => {
      const found = await api.items('/variables/search?truncateValues=false', {
        processInstanceKey,
        scopeKey,
      })
      return Object.fromEntries(
        found.map(({ name, value }) => [name, JSON.parse(String(value)) as JsonValue]),
      ) as JsonObject
    },
    incidents: async (processInstanceKey) => {
      const found = await api.items('/incidents/search', { processInstanceKey, state: 'ACTIVE' })
      return found.map(({ elementId, errorType, errorMessage }) => ({
        at: String(elementId),
        type: String(errorType),
        message: String(errorMessage),
      }))
    },
    ended: (instance, state = 'COMPLETED') => eventually(() => api.stateOf(instance), state),
    waitsAt: (instance, ...elements) => eventually(() => api.active(instance), elements.toSorted()),
  }
}

type Moves = Pick<Runs, 'startAt' | 'complete' | 'throwError' | 'fail' | 'repair' | 'publish' | 'broadcast'>

function movesOf(api: Api, advance: Runs['advance']): Moves {
  const jobAt = async (processInstanceKey: string, elementId: string): Promise<string> => {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const [job] = await api.items('/jobs/search', { processInstanceKey, elementId })
      if (job !== undefined) return String(job.jobKey)
      await sleep(20)
    }
    throw new Error(`no job waits at ${elementId}`)
  }
  const post = async (path: string, body: object): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await api.post(path, body)
    expect(answer, path).toMatchObject({ status: expect.toSatisfy((status: number) => status < 300) })
    return answer.body
  }
  return {
    startAt: async (processDefinitionId, elementId, variables = {}) => {
      const body = { processDefinitionId, variables, startInstructions: [{ elementId }] }
      return String((await post('/process-instances', body)).processInstanceKey)
    },
    complete: async (instance, element, variables = {}) => {
      await post(`/jobs/${await jobAt(instance, element)}/completion`, { variables })
    },
    throwError: async (instance, element, errorCode, variables = {}) => {
      await post(`/jobs/${await jobAt(instance, element)}/error`, { errorCode, variables })
    },
    fail: async (instance, element, errorMessage = 'broken') => {
      await post(`/jobs/${await jobAt(instance, element)}/failure`, { retries: 0, errorMessage })
    },
    repair: async (instance) => {
      await post(`/process-instances/${instance}/incident-resolution`, {})
      await eventually(
        () => api.items('/incidents/search', { processInstanceKey: instance, state: 'ACTIVE' }),
        [],
      )
    },
    publish: async (name, correlationKey, variables = {}) => {
      await post('/messages/publication', { name, correlationKey, variables })
      await advance(1)
    },
    broadcast: async (signalName, variables = {}) => {
      await post('/signals/broadcast', { signalName, variables })
      await advance(1)
    },
  }
}
