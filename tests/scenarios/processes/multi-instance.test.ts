/** Activities that run once for each item, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../../support/server.ts'
import {
  bpmn,
  end,
  forEach,
  type Loop,
  process,
  start,
  subProcess,
  type TaskOptions,
  task,
} from './bpmn-text.ts'
import { createRuns, type Runs } from './runs.ts'

let server: TestServer
let runs: Runs
beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  runs = await createRuns(server)
})
afterAll(() => server?.stop())

/** A process with one looped task, whose jobs have the type of the process. */
async function deployLoop(id: string, loop: Partial<Loop>, options: TaskOptions = {}): Promise<void> {
  const of = { of: '=items', as: 'item', ...loop }
  const looped = task('work', { type: id, ...options, loop: forEach(of) })
  await runs.deploy(
    `${id}.bpmn`,
    bpmn(process(id, start('start'), looped, end('end'), 'start -> work -> end')),
  )
}

type Job = { readonly jobKey: string; readonly variables: Readonly<Record<string, unknown>> }

/** All jobs of a type that are on offer. */
async function take(type: string): Promise<readonly Job[]> {
  const request = { type, timeout: 60_000, maxJobsToActivate: 1_000, requestTimeout: -1 }
  return (await runs.post('/jobs/activation', request)).body.jobs as readonly Job[]
}
const done = async ({ jobKey }: Job, variables: object = {}): Promise<void> => {
  expect((await runs.post(`/jobs/${jobKey}/completion`, { variables })).status).toBe(204)
}
const times = (path: readonly string[], element: string): number =>
  path.filter((passed) => passed === element).length

describe('parallel and sequential', () => {
  test('P14 in parallel, every item has a run at the same time; results are in their order', async () => {
    await deployLoop('p14_parallel', { collect: ['results', '=result'] })
    const run = await runs.start('p14_parallel', { items: ['a', 'b', 'c'] })
    const jobs = await take('p14_parallel')
    expect(jobs.map(({ variables }) => [variables.item, variables.loopCounter])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ])
    await runs.waitsAt(run, 'work', 'work', 'work', 'work')
    for (const job of jobs.toReversed()) await done(job, { result: `${String(job.variables.item)}!` })
    await runs.ended(run)
    expect(await runs.variables(run)).toEqual({ items: ['a', 'b', 'c'], results: ['a!', 'b!', 'c!'] })
    // One token goes on.
    expect(times(await runs.path(run), 'end')).toBe(1)
  })

  test('P14 one after the other, each run has its item and its number', async () => {
    await deployLoop('p14_sequential', { sequential: true, collect: ['results', '=loopCounter'] })
    const run = await runs.start('p14_sequential', { items: [10, 20, 30] })
    for (const [index, item] of [10, 20, 30].entries()) {
      const jobs = await take('p14_sequential')
      expect(jobs.map(({ variables }) => variables)).toMatchObject([{ item, loopCounter: index + 1 }])
      for (const job of jobs) await done(job)
    }
    await runs.ended(run)
    expect(await runs.variables(run)).toMatchObject({ results: [1, 2, 3] })
  })

  test.each([true, false])(
    'P14 an empty collection is passed at once (sequential: %s)',
    async (sequential) => {
      await deployLoop('p14_empty', { sequential, collect: ['results', '=item'] })
      const run = await runs.start('p14_empty', { items: [] })
      await runs.ended(run)
      expect(await runs.path(run)).toEqual(['start', 'work', 'end'])
      expect(await runs.variables(run)).toEqual({ items: [], results: [] })
    },
  )

  test('P14 items are what they are: texts, maps, and a mix', async () => {
    await deployLoop('p14_kinds', {})
    const items = ['text', '', 7, 1.5, true, null, [1, [2]], { name: 'x', deep: { a: [null] } }, {}]
    const run = await runs.start('p14_kinds', { items })
    const jobs = await take('p14_kinds')
    expect(jobs.map(({ variables }) => variables.item)).toEqual(items)
    await Promise.all(jobs.map((job) => done(job)))
    await runs.ended(run)
  })

  test('P14 what is no list is an incident that shows what it is', async () => {
    await deployLoop('p14_no_list', {})
    const run = await runs.start('p14_no_list', { items: 'abc' })
    expect(await runs.incidents(run)).toEqual([
      { at: 'work', type: 'EXTRACT_VALUE_ERROR', message: expect.stringContaining('expected a list') },
    ])
    await runs.put(`/element-instances/${run}/variables`, { variables: { items: [] } })
    await runs.repair(run)
    await runs.ended(run)
  })
})

test('P15 departments one after the other, the people of each at the same time', async () => {
  const departments = [
    { name: 'HR', people: ['Alice', 'Bob'] },
    { name: 'IT', people: ['Charlie', 'Dave', 'Eve'] },
    { name: 'Finance', people: ['Frank', 'Grace'] },
  ]
  await runs.deploy(
    'p15.bpmn',
    bpmn(
      process(
        'p15',
        start('start'),
        subProcess(
          'departments',
          forEach({ of: '=departments', as: 'department', sequential: true }),
          start('d_start'),
          task('greet', { type: 'p15', loop: forEach({ of: '=department.people', as: 'person' }) }),
          end('d_end'),
          'd_start -> greet -> d_end',
        ),
        ...[task('after'), 'start -> departments -> after'],
      ),
    ),
  )
  const run = await runs.start('p15', { departments })
  const greeted: unknown[] = []
  for (const { name, people } of departments) {
    const jobs = await take('p15')
    expect(jobs.map(({ variables }) => variables.person)).toEqual(people)
    for (const job of jobs) {
      expect(job.variables.department).toEqual({ name, people })
      greeted.push(job.variables.person)
      await done(job)
    }
  }
  expect(greeted).toEqual(['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Frank', 'Grace'])
  await runs.waitsAt(run, 'after')
  const path = await runs.path(run)
  // Each loop completes after its runs: 7 people and 3 loops over them, 3 departments and the loop over them.
  expect([times(path, 'greet'), times(path, 'd_end'), times(path, 'departments')]).toEqual([10, 3, 4])
})

describe('completion', () => {
  test.each([
    { of: 'a variable', until: '=count >= 2' },
    { of: 'the number of completed runs', until: '=numberOfCompletedInstances >= 2' },
  ])('P16 a condition over $of ends the others', async ({ of, until }) => {
    const id = of === 'a variable' ? 'p16_variable' : 'p16_number'
    await deployLoop(id, { until, collect: ['results', '=result'] })
    const run = await runs.start(id, { items: [1, 2, 3, 4], count: 0 })
    const jobs = await take(id)
    for (const [index, job] of jobs.slice(1, 3).entries())
      await done(job, { count: index + 1, result: job.variables.item })
    await runs.ended(run)
    expect(await runs.variables(run)).toMatchObject({ results: [null, 2, 3, null] })
    const found = await runs.items('/element-instances/search', {
      processInstanceKey: run,
      elementId: 'work',
    })
    const states = found.map(({ state }) => state)
    expect(states.toSorted()).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED', 'TERMINATED', 'TERMINATED'])
    for (const job of [jobs[0], jobs[3]])
      expect((await runs.post(`/jobs/${String(job?.jobKey)}/completion`)).status).toBe(404)
  })

  test('P16 a condition ends a sequence early; what did not run has no result', async () => {
    await deployLoop('p16_sequence', {
      sequential: true,
      until: '=count >= 2',
      collect: ['results', '=item'],
    })
    const run = await runs.start('p16_sequence', { items: [1, 2, 3, 4], count: 0 })
    for (const count of [1, 2]) {
      expect(await runs.stateOf(run)).toBe('ACTIVE')
      await runs.complete(run, 'work', { count })
    }
    await runs.ended(run)
    expect(await runs.variables(run)).toMatchObject({ results: [1, 2, null, null] })
  })

  test('P16 a sequential list may grow from 3 to 5 items meanwhile', async () => {
    await deployLoop('p16_growing', { sequential: true, collect: ['seen', '=item'] })
    const run = await runs.start('p16_growing', { items: [1, 2, 3] })
    for (const item of [1, 2, 3, 4, 5]) {
      const [job] = await take('p16_growing')
      expect(job?.variables).toMatchObject({ item, loopCounter: item })
      const grown = item === 2 ? { items: [1, 2, 3, 4, 5] } : {}
      if (job !== undefined) await done(job, grown)
    }
    await runs.ended(run)
    expect(await runs.variables(run)).toEqual({ items: [1, 2, 3, 4, 5], seen: [1, 2, 3, 4, 5] })
  })
})

describe('P17 runs', () => {
  test('wait for one of them that failed, until it is repaired', async () => {
    await deployLoop('p17', {})
    const run = await runs.start('p17', { items: [0, 1, 2, 3] })
    const jobs = await take('p17')
    const [failing, ...others] = jobs
    await runs.post(`/jobs/${String(failing?.jobKey)}/failure`, { retries: 0, errorMessage: 'no paper' })
    for (const job of others) await done(job)
    await runs.waitsAt(run, 'work', 'work')
    expect(await runs.incidents(run)).toEqual([
      { at: 'work', type: 'JOB_NO_RETRIES', message: expect.stringContaining('no paper') },
    ])
    await runs.repair(run)
    const again = await take('p17')
    expect(again.map(({ jobKey, variables }) => [jobKey, variables.item])).toEqual([[failing?.jobKey, 0]])
    for (const job of again) await done(job)
    await runs.ended(run)
  })

  test('keep their variables apart, in scopes inside of scopes', async () => {
    const inner = forEach({ of: '=[0, 1]', as: 'j' })
    await runs.deploy(
      'p17_scopes.bpmn',
      bpmn(
        process(
          'p17_scopes',
          start('start'),
          subProcess(
            'outer',
            forEach({ of: '=[0, 1, 2]', as: 'i' }),
            start('o_start'),
            task('inner', {
              type: 'p17_scopes',
              loop: inner,
              inputs: { value: '="value_" + string(i) + "_" + string(j)' },
            }),
            'o_start -> inner',
          ),
          'start -> outer',
        ),
      ),
    )
    const run = await runs.start('p17_scopes', { shared: 'root' })
    const jobs = await take('p17_scopes')
    expect(jobs.map(({ variables }) => variables.value)).toEqual(
      ['0_0', '0_1', '1_0', '1_1', '2_0', '2_1'].map((pair) => `value_${pair}`),
    )
    expect(jobs.every(({ variables }) => variables.shared === 'root')).toBe(true)
    const found = await runs.items('/element-instances/search', {
      processInstanceKey: run,
      elementId: 'inner',
    })
    const runsOfInner = found.filter(({ type }) => type !== 'MULTI_INSTANCE_BODY')
    const scopes = runsOfInner.map(async ({ elementInstanceKey }) => {
      const own = await runs.variables(run, String(elementInstanceKey))
      return [own.value, own.i]
    })
    const seen = await Promise.all(scopes)
    expect(seen).toHaveLength(6)
    expect(new Set(seen.map(([value]) => value)).size).toBe(6)
    expect(seen.every(([, i]) => i === undefined)).toBe(true)
    for (const job of jobs) await done(job, { value: 'changed' })
    await runs.ended(run)
    expect(await runs.variables(run)).toEqual({ shared: 'root' })
  })
})

test('P18 500 items run in parallel', async () => {
  const count = 500
  await deployLoop('p18', { collect: ['results', '=item * 2'] })
  const items = Array.from({ length: count }, (_, index) => index)
  const begun = performance.now()
  const run = await runs.start('p18', { items })
  const jobs = await take('p18')
  expect(jobs.map(({ variables }) => variables.item)).toEqual(items)
  const queue = [...jobs]
  const worker = async (): Promise<void> => {
    for (let job = queue.pop(); job !== undefined; job = queue.pop()) await done(job)
  }
  await Promise.all(Array.from({ length: 20 }, worker))
  await runs.ended(run)
  const perItem = (performance.now() - begun) / count
  console.log(`P18 ${count} parallel items: ${perItem.toFixed(1)} ms each`)
  expect((await runs.variables(run)).results).toEqual(items.map((item) => item * 2))
})
