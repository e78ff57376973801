import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import { limits } from '@braid/core/base/limits.ts'
import type { JobRow } from '@braid/core/engine/rows.ts'
import type { Program } from '@braid/core/model/program.ts'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { ClaimedJob, ExecutionStore, InstanceCommit, StoredInstance } from '../store/port.ts'
import { createSystemClock } from './clock.ts'
import { createExecution } from './create-execution.ts'
import { type Execution, OverloadError } from './execution.ts'

const node = { sourceType: 'any', scope: 'wait', inputs: [], outputs: [] }
/** A start event and a job. */
const program: Program = {
  format: 2,
  processId: 'wait',
  nodes: [
    {
      id: 'wait',
      type: 'process',
      sourceType: 'process',
      incoming: [],
      outgoing: [],
      inputs: [],
      outputs: [],
      starts: ['start'],
      triggeredStarts: [],
      eventSubProcesses: [],
    },
    {
      ...node,
      id: 'start',
      type: 'start-event',
      interrupting: true,
      incoming: [],
      outgoing: ['go'],
      trigger: { kind: 'none' },
    },
    {
      ...node,
      id: 'work',
      type: 'job-task',
      incoming: ['go'],
      outgoing: [],
      boundaryEvents: [],
      job: { type: { value: 'work' }, retries: { value: 3 }, headers: {} },
    },
  ],
  flows: [{ id: 'go', source: 'start', target: 'work' }],
}

const definitionKey = 7 as Key
const isPoison = ({ state }: InstanceCommit): boolean => state.includes('poison')

const offered = (row: JobRow, { key, definitionKey, processId }: InstanceCommit): ClaimedJob => ({
  ...row,
  instanceKey: key,
  definitionKey,
  processId,
  worker: '',
  leaseUntil: 0,
  attempt: 1,
})

/** Keeps instances in memory; a batch with poison fails as a whole, as one that PostgreSQL can't store does. */
function createStore() {
  const instances = new Map<Key, StoredInstance & { readonly events: InstanceCommit['events'] }>()
  const jobs = new Map<Key, ClaimedJob>()
  const batches: number[] = []
  let gate: Promise<void> = Promise.resolve()
  let looks = 0
  let next = 1_000
  const store = {
    commit: async (batch) => {
      batches.push(batch.length)
      await gate
      if (batch.some(isPoison)) throw new Error('invalid byte sequence')
      for (const commit of batch) {
        instances.set(commit.key, commit)
        for (const change of commit.rows)
          if (change.op === 'insert-job') jobs.set(change.row.key, offered(change.row, commit))
      }
      return []
    },
    claimJobs: async ({ max, worker }) => {
      looks += 1
      const claimed = [...jobs.values()].slice(0, max)
      for (const { key } of claimed) jobs.delete(key)
      return claimed.map((job) => ({ ...job, worker }))
    },
    loadInstances: async (keys) => keys.flatMap((key) => instances.get(key) ?? []),
    loadDefinition: async () => ({
      key: definitionKey,
      processId: 'wait',
      version: 1,
      program,
      deploymentKey: definitionKey,
    }),
    allocateKeys: async (count) => {
      next += count
      return next - count
    },
    history: async ({ instanceKey, after }) => {
      const stored = instances.get(instanceKey)
      return stored?.version === after + 1 ? [{ version: stored.version, at: 0, events: stored.events }] : []
    },
  } satisfies Partial<ExecutionStore>
  return {
    // What is not used here would be a defect of this test.
    store: store as unknown as ExecutionStore,
    instances,
    batches,
    /** How often somebody has looked for jobs. */
    looks: () => looks,
    /** Commits wait until the returned function is called. */
    close: (): (() => void) => {
      let open = (): void => {}
      gate = new Promise((resolve) => {
        open = resolve
      })
      return open
    },
  }
}

let backend: ReturnType<typeof createStore>
let execution: Execution

beforeEach(async () => {
  backend = createStore()
  const clock = createSystemClock()
  execution = await createExecution({
    store: backend.store,
    clock,
    wall: clock,
    nodeName: 'test',
    isDead: () => false,
    isPassing: () => false,
    onTrouble: () => {},
  })
})

const create = (variables: JsonObject) => execution.createInstance({ definitionKey, variables })

describe('group commit', () => {
  test('one that cannot be stored fails alone, the others of its batch are stored', async () => {
    const good = Array.from({ length: 40 }, (_, index) => create({ index }))
    const bad = create({ text: 'poison' })
    const more = Array.from({ length: 40 }, (_, index) => create({ index }))
    await expect(bad).rejects.toThrow('invalid byte sequence')
    for (const created of await Promise.all([...good, ...more])) expect(created.ok).toBe(true)
    expect(backend.instances.size).toBe(80)
  })

  test('what is asked at the same time is stored together, in no more than two batches at once', async () => {
    await Promise.all(Array.from({ length: 200 }, () => create({})))
    expect(backend.batches.length).toBeLessThanOrEqual(4)
    expect(backend.batches.reduce((sum, size) => sum + size, 0)).toBe(200)
  })

  test('nobody is answered before the commit', async () => {
    const open = backend.close()
    let answered = false
    const created = create({}).then(() => {
      answered = true
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(backend.batches).toEqual([1])
    expect(answered).toBe(false)
    open()
    await created
  })

  test('commands beyond the bound are refused at once, and taken again when there is room', async () => {
    const open = backend.close()
    const waiting = Array.from({ length: 20_000 }, () => create({}))
    await new Promise((resolve) => setTimeout(resolve, 50))
    await expect(create({})).rejects.toThrow(OverloadError)
    open()
    await Promise.all(waiting)
    expect((await create({})).ok).toBe(true)
  })

  test('an instance that would grow too large is refused by name and stays as it was', async () => {
    const created = await create({})
    if (!created.ok) throw new Error(created.error.message)
    const { instanceKey } = created.value
    const set = (text: string) =>
      execution.submit(instanceKey, {
        type: 'set-variables',
        scope: instanceKey,
        variables: { text },
        local: true,
      })
    const refused = await set('x'.repeat(limits.stateLength))
    expect(refused).toMatchObject({ ok: false, error: { kind: 'invalid' } })
    expect(refused.ok ? '' : refused.error.message).toContain(String(instanceKey))
    expect(await set('small')).toMatchObject({ ok: true, value: { version: 2 } })
  })
})

const until = (isSo: () => boolean) => vi.waitUntil(isSo, { timeout: 10_000 })

describe('a handler with room for one job', () => {
  test('gets the next one, though it was free before that one was stored', async () => {
    const ends: (() => void)[] = []
    const work = () => new Promise<undefined>((resolve) => ends.push(() => resolve(undefined)))
    execution.handle('work', work, { concurrency: 1 })
    await create({})
    await until(() => ends.length === 1)
    const storeEnd = backend.close()
    ends[0]?.()
    await until(() => backend.batches.length === 2)
    const storeNext = backend.close()
    const next = create({})
    await until(() => backend.batches.length === 3)
    storeEnd()
    // Now there is room, and nothing to be found yet.
    await until(() => backend.looks() === 1)
    storeNext()
    await next
    await until(() => ends.length === 2)
  })
})
