import type { ActivatedJob as WireJob } from '@braid/contract/job.ts'
import type { ProcessInstance } from '@braid/contract/process-instance.ts'
import { type ProcessInstanceFrame, processInstanceFrame } from '@braid/contract/stream.ts'
import { success } from '@braid/core/base/result.ts'
import type { Event } from '@braid/core/engine/event.ts'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ActivatedJob } from '../../server/src/execution/execution.ts'
import type { HistoryEntry } from '../../server/src/store/port.ts'
import { aKey, asAdmin, createFakeServer, emptyReads, type FakeServer, idleExecution } from './fake-server.ts'

const instance: ProcessInstance = {
  processInstanceKey: '7',
  processDefinitionKey: '3',
  processDefinitionId: 'order',
  processDefinitionVersion: 1,
  state: 'ACTIVE',
  hasIncident: false,
  startDate: '2026-01-01T00:00:00.000Z',
  tenantId: '<default>',
}

/** An instance whose log the test writes. */
function createLog() {
  const entries: HistoryEntry[] = []
  const listeners: ((key: ReturnType<typeof aKey>) => void)[] = []
  return {
    commit(...events: Event[]) {
      entries.push({ version: entries.length + 1, at: 1_767_225_600_000, events })
      for (const hear of listeners) hear(aKey(7))
    },
    overrides: {
      history: async ({ after, max }: { after: number; max: number }) => entries.slice(after, after + max),
      execution: {
        ...idleExecution,
        onCommit: (hear: (typeof listeners)[number]) => {
          listeners.push(hear)
          return () => undefined
        },
      },
      reads: {
        ...emptyReads,
        getProcessInstance: async (key: number) => {
          const ended = entries.some(({ events }) => events.some(({ type }) => type === 'instance-completed'))
          return key === 7
            ? { ...instance, state: ended ? ('COMPLETED' as const) : instance.state }
            : undefined
        },
      },
    },
  }
}

const activated = (element: string): Event => ({ type: 'element-activated', key: aKey(11), element })
const completed: Event = { type: 'instance-completed', key: aKey(7) }

let server: FakeServer | undefined
afterEach(() => server?.app.close())

async function listen(overrides: Parameters<typeof createFakeServer>[0]): Promise<string> {
  server = await createFakeServer(overrides)
  return server.app.listen({ port: 0, host: '127.0.0.1' })
}

type Frame = { readonly id: string | undefined; readonly frame: ProcessInstanceFrame }

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(': ')
  return [line.slice(0, colon), line.slice(colon + 2)]
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}

async function* framesOf(response: Response): AsyncGenerator<Frame> {
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(block.split(/\r\n|\r|\n/).map((line) => fieldOf(line)))
      const data = fields.get('data')
      if (data === undefined) continue
      const frame = processInstanceFrame.parse(JSON.parse(data))
      expect(fields.get('event')).toBe(frame.type)
      yield { id: fields.get('id'), frame }
    }
  }
}

const streamPath = '/api/v1/process-instances/7/stream'

describe('the stream of a process instance', () => {
  test('begins with the status, delivers what was and what comes, and ends with the instance', async () => {
    const log = createLog()
    log.commit({ type: 'instance-created', key: aKey(7), definitionKey: aKey(3), processId: 'order' })
    const base = await listen(log.overrides)
    const response = await fetch(base + streamPath, { headers: asAdmin })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    const seen: Frame[] = []
    for await (const frame of framesOf(response)) {
      seen.push(frame)
      if (seen.length === 2) log.commit(activated('a'))
      if (seen.length === 3) log.commit(completed)
    }
    expect(seen.map(({ frame }) => frame.type)).toEqual(['status', 'history', 'history', 'history', 'end'])
    expect(seen.map(({ id }) => id)).toEqual([undefined, '1', '2', '3', undefined])
    expect(seen[2]?.frame).toMatchObject({ events: [{ type: 'element-activated', key: '11', element: 'a' }] })
    expect(seen[4]?.frame).toEqual({ type: 'end', state: 'COMPLETED' })
  })

  test('delivers everything and closes when the instance has ended before', async () => {
    const log = createLog()
    for (let step = 0; step < 450; step++) log.commit(activated(`step-${step}`))
    log.commit(completed)
    const base = await listen(log.overrides)
    const seen = await all(framesOf(await fetch(base + streamPath, { headers: asAdmin })))
    expect(seen.length).toBe(453)
    expect(seen.at(-1)?.frame.type).toBe('end')
  })

  test('resumes after the last event that was seen', async () => {
    const log = createLog()
    for (let step = 0; step < 5; step++) log.commit(activated(`step-${step}`))
    log.commit(completed)
    const base = await listen(log.overrides)
    const response = await fetch(base + streamPath, { headers: { ...asAdmin, 'last-event-id': '4' } })
    const seen = await all(framesOf(response))
    expect(seen.map(({ id }) => id)).toEqual([undefined, '5', '6', undefined])
  })

  test.each(['1000000000000000000', '-1', 'abc', '99', '1 '.repeat(3)])(
    'refuses the last event id %j',
    async (id) => {
      const log = createLog()
      log.commit(activated('a'))
      const base = await listen(log.overrides)
      const response = await fetch(base + streamPath, { headers: { ...asAdmin, 'last-event-id': id } })
      expect(response.status).toBe(400)
      await response.text()
    },
  )

  test('cannot be given events of its own by data with line breaks', async () => {
    const log = createLog()
    const nasty = 'x\r\n\r\nevent: end\r\ndata: {}\n\nid: 9\u2028'
    log.commit({ type: 'variables-set', scope: aKey(7), variables: { nasty } }, completed)
    const base = await listen(log.overrides)
    const seen = await all(framesOf(await fetch(base + streamPath, { headers: asAdmin })))
    expect(seen.map(({ frame }) => frame.type)).toEqual(['status', 'history', 'end'])
    expect(seen[1]?.frame).toMatchObject({
      events: [{ variables: { nasty } }, { type: 'instance-completed' }],
    })
  })

  test('is 404 for an instance that does not exist and 401 for nobody', async () => {
    const base = await listen(createLog().overrides)
    const other = await fetch(base + streamPath.replace('7', '8'), { headers: asAdmin })
    expect(other.status).toBe(404)
    expect((await fetch(base + streamPath)).status).toBe(401)
  })

  test('closes within seconds when the key that opened it is revoked', async () => {
    const base = await listen({ ...createLog().overrides, now: Date.now })
    const payload = { name: 'watcher', grants: ['process-instance:read'] }
    const headers = { ...asAdmin, 'content-type': 'application/json' }
    const created = await fetch(`${base}/api/v1/api-keys`, {
      method: 'POST',
      headers,
      body: JSON.stringify(payload),
    })
    const { secret, apiKeyId } = (await created.json()) as { secret: string; apiKeyId: string }
    const stream = await fetch(base + streamPath, { headers: { 'x-api-key': secret } })
    await fetch(`${base}/api/v1/api-keys/${apiKeyId}`, { method: 'DELETE', headers: asAdmin })
    const revokedAt = performance.now()
    await all(framesOf(stream))
    expect(performance.now() - revokedAt).toBeLessThan(5_000)
  })

  test('is limited in number', async () => {
    const base = await listen(createLog().overrides)
    const over = new AbortController()
    const opened = await Promise.all(
      Array.from({ length: 105 }, () => fetch(base + streamPath, { headers: asAdmin, signal: over.signal })),
    )
    expect(opened.filter(({ status }) => status === 200).length).toBe(100)
    expect(opened.filter(({ status }) => status === 429).length).toBe(5)
    over.abort()
  })

  test('ends when the server closes', async () => {
    const base = await listen(createLog().overrides)
    const response = await fetch(base + streamPath, { headers: asAdmin })
    const frames = all(framesOf(response))
    await server?.app.close()
    expect((await frames).map(({ frame }) => frame.type)).toEqual(['status'])
  })
})

const jobOf = (key: number): ActivatedJob => ({
  key: aKey(key),
  jobType: 'work',
  instanceKey: aKey(7),
  definitionKey: aKey(3),
  processId: 'order',
  definitionVersion: 1,
  elementInstanceKey: aKey(11),
  element: 'task',
  headers: {},
  retries: 3,
  priority: 0,
  attempt: 1,
  leaseUntil: 1_000_000,
  worker: 'w',
  variables: {},
})

async function* linesOf(response: Response): AsyncGenerator<readonly WireJob[]> {
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) yield (JSON.parse(line) as { jobs: WireJob[] }).jobs
  }
}

describe('the stream of jobs', () => {
  test('sends as many as the worker asked for, and more as they are answered', async () => {
    let next = 100
    const asked: number[] = []
    const execution = {
      ...idleExecution,
      jobOwner: async () => aKey(7),
      submit: async () => success({ version: 1 }),
      activateJobs: async ({ max }: { max: number }) => {
        asked.push(max)
        return Array.from({ length: max }, () => jobOf(next++))
      },
    }
    const base = await listen({ execution })
    const over = new AbortController()
    const url = `${base}/api/v1/jobs/stream?type=work&worker=w&maxJobs=3`
    const response = await fetch(url, { headers: asAdmin, signal: over.signal })
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const received: string[] = []
    for await (const jobs of linesOf(response)) {
      received.push(...jobs.map(({ jobKey }) => jobKey))
      if (received.length === 3) {
        const completions = [
          { jobKey: '100', variables: {} },
          { jobKey: '101', failure: { retries: 1, errorMessage: 'no' } },
        ]
        const headers = { ...asAdmin, 'content-type': 'application/json' }
        const body = JSON.stringify({ completions })
        const answer = await fetch(`${base}/api/v1/jobs/completions`, { method: 'POST', headers, body })
        expect(await answer.json()).toEqual({
          results: [
            { jobKey: '100', status: 204 },
            { jobKey: '101', status: 204 },
          ],
        })
      }
      if (received.length === 5) break
    }
    over.abort()
    expect(received).toEqual(['100', '101', '102', '103', '104'])
    expect(asked[0]).toBe(3)
    expect(asked.slice(1).reduce((sum, max) => sum + max, 0)).toBe(2)
  })

  test('needs a type and a bound', async () => {
    const base = await listen({})
    const response = await fetch(`${base}/api/v1/jobs/stream?worker=w&maxJobs=many`, { headers: asAdmin })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('query.type')
  })
})

describe('a batch of answers', () => {
  test('tells for each job what became of it', async () => {
    const execution = {
      ...idleExecution,
      jobOwner: async (key: number) => (key === 1 ? undefined : aKey(7)),
      submit: async (_: unknown, command: { type: string }) =>
        command.type === 'throw-job-error'
          ? ({ ok: false, error: { kind: 'conflict', message: 'the job has no retries left' } } as const)
          : success({ version: 1 }),
    }
    server = await createFakeServer({ execution })
    const payload = {
      completions: [{ jobKey: '1' }, { jobKey: '2' }, { jobKey: '3', error: { errorCode: 'E' } }],
    }
    const url = '/api/v1/jobs/completions'
    const response = await server.app.inject({ method: 'POST', url, headers: asAdmin, payload })
    expect(response.json()).toEqual({
      results: [
        { jobKey: '1', status: 404, code: 'NOT_FOUND', detail: 'there is no job with key 1' },
        { jobKey: '2', status: 204 },
        { jobKey: '3', status: 409, code: 'INVALID_STATE', detail: 'the job has no retries left' },
      ],
    })
  })
})

describe('a long poll', () => {
  test('stops when its client goes away', async () => {
    const { promise: polled, resolve: polls } = Promise.withResolvers<AbortSignal>()
    const activateJobs = async ({ signal }: { signal?: AbortSignal }) => {
      if (signal === undefined) throw new Error('expected a signal')
      polls(signal)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return [jobOf(5)]
    }
    const extendLeases = vi.fn(async () => [])
    const base = await listen({ execution: { ...idleExecution, activateJobs }, extendLeases })
    const over = new AbortController()
    const headers = { ...asAdmin, 'content-type': 'application/json' }
    const body = JSON.stringify({
      type: 'work',
      timeout: 1_000,
      maxJobsToActivate: 1,
      requestTimeout: 60_000,
    })
    const options = { method: 'POST', headers, body, signal: over.signal }
    const answer = fetch(`${base}/v2/jobs/activation`, options).catch(() => 'gone')
    const signal = await polled
    expect(signal.aborted).toBe(false)
    over.abort()
    expect(await answer).toBe('gone')
    // A job that was on its way to it is offered to others at once.
    await vi.waitFor(() => expect(extendLeases).toHaveBeenCalledWith([{ jobKey: 5, worker: 'w', until: 0 }]))
    expect(signal.aborted).toBe(true)
  })
})
