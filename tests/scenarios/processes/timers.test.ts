/** Timers that wait, repeat, interrupt and are refused, through the API of a running node whose clock the test moves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../../support/database.ts'
import { createTestServer, startNode, type TestServer } from '../../support/server.ts'
import { boundary, bpmn, catching, end, on, process, start, task } from './bpmn-text.ts'
import { createRuns, type Runs } from './runs.ts'

let server: TestServer
let runs: Runs
beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  runs = await createRuns(server)
})
afterAll(() => server?.stop())

const second = 1_000
const minute = 60 * second

const waiting = (id: string, trigger: string): string =>
  bpmn(process(id, start('start'), catching('pause', trigger), end('end'), 'start -> pause -> end'))

/** Times of all events of a type in the log of an instance, in milliseconds since 1970. */
async function timesOf(run: string, type: string): Promise<readonly number[]> {
  const { body } = await runs.get(`/process-instances/${run}/events`)
  const entries = body.items as readonly { timestamp: string; events: readonly { type: string }[] }[]
  return entries.flatMap(({ timestamp, events }) =>
    events.filter((event) => event.type === type).map(() => Date.parse(timestamp)),
  )
}

/** `begin` starts a node on the same data each time, after ending the one before. */
async function onDatabase(use: (begin: (now: number) => Promise<Runs>) => Promise<void>): Promise<void> {
  const database = await createTestDatabase()
  let node: TestServer | undefined
  try {
    await use(async (now) => {
      await node?.stop()
      node = await startNode(database.url, { controlledClock: true })
      return createRuns(node, now)
    })
  } finally {
    await node?.stop()
    await database.drop()
  }
}

/** Moves the clock in small steps, letting timers fire at each: a real clock doesn't jump. */
async function pass(ms: number, stepMs: number, atEach: () => Promise<void>): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    await runs.advance(stepMs)
    await atEach()
  }
}

describe('P19 a timer', () => {
  test('of PT2S fires after two seconds and not before', async () => {
    await runs.deploy('p19.bpmn', waiting('p19', on.duration('PT2S')))
    await runs.deploy('p19_other.bpmn', waiting('p19_other', on.duration('PT1.999S')))
    const run = await runs.start('p19')
    const other = await runs.start('p19_other')
    await runs.advance(1_999)
    // The node has looked at its timers, for it has fired one.
    await runs.ended(other)
    await runs.waitsAt(run, 'pause')
    await runs.advance(1)
    await runs.ended(run)
    const [[armed = 0], [fired = 0]] = [await timesOf(run, 'timer-armed'), await timesOf(run, 'timer-fired')]
    expect(fired - armed).toBe(2_000)
  })

  test('of R3/PT1S fires three times, a second apart', async () => {
    await runs.deploy(
      'p19_cycle.bpmn',
      bpmn(
        process(
          'p19_cycle',
          ...[start('start'), task('work'), task('remind')],
          boundary('each_second', 'work', on.cycle('R3/PT1S'), { interrupting: false }),
          ...['start -> work', 'each_second -> remind'],
        ),
      ),
    )
    const run = await runs.start('p19_cycle')
    const begun = runs.now()
    let fired = 0
    await pass(6 * second, second, async () => {
      fired = Math.min(fired + 1, 3)
      await runs.waitsAt(run, 'work', ...Array<string>(fired).fill('remind'))
    })
    expect((await timesOf(run, 'timer-fired')).map((at) => at - begun)).toEqual([1_000, 2_000, 3_000])
    await runs.post(`/process-instances/${run}/cancellation`)
  })

  test('of PT1H does not fire in an instance that was canceled', async () => {
    await runs.deploy('p19_hour.bpmn', waiting('p19_hour', on.duration('PT1H')))
    const [canceled, other] = [await runs.start('p19_hour'), await runs.start('p19_hour')]
    expect((await runs.post(`/process-instances/${canceled}/cancellation`)).status).toBe(204)
    await runs.advance(61 * minute)
    await runs.ended(other)
    expect(await runs.stateOf(canceled)).toBe('TERMINATED')
    expect((await runs.events(canceled)).map(({ type }) => type)).not.toContain('timer-fired')
  })

  // A node that begins has the time of its host until it is told another.
  test('is there after a restart, with the time that is left', () =>
    onDatabase(async (begin) => {
      const before = await begin(Date.now())
      await before.deploy('p19.bpmn', waiting('p19', on.duration('PT1H')))
      const run = await before.start('p19', { kept: [1, 'two'] })
      await before.advance(20 * minute)

      const after = await begin(before.now())
      await after.deploy('p19_probe.bpmn', waiting('p19_probe', on.duration('PT39M59S')))
      const probe = await after.start('p19_probe')
      await after.waitsAt(run, 'pause')
      await after.advance(39 * minute + 59 * second)
      await after.ended(probe)
      await after.waitsAt(run, 'pause')
      await after.advance(second)
      await after.ended(run)
      expect(await after.variables(run)).toEqual({ kept: [1, 'two'] })
    }))

  test('that came due while the server stood still fires when it is there again', () =>
    onDatabase(async (begin) => {
      const before = await begin(Date.now() - 120 * minute)
      await before.deploy('p19.bpmn', waiting('p19', on.duration('PT1H')))
      const run = await before.start('p19')
      const after = await begin(Date.now())
      await after.ended(run)
    }))
})

describe('P20 what a timer says', () => {
  test.each([
    on.duration('1H'),
    on.duration('PT'),
    on.date('2025-13-45'),
    on.date('2025-02-30T10:00:00Z'),
    on.cycle('R/1H'),
    on.cycle('R-2/PT1H'),
  ])('is refused at its deployment: %s', async (trigger) => {
    const answer = await runs.tryDeploy('p20.bpmn', waiting('p20', trigger))
    expect(answer.status).toBe(422)
    const findings = answer.body.findings as readonly Record<string, unknown>[]
    expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'INVALID_TIMER', elementId: 'pause' },
    ])
  })

  test.each([
    { text: 'PT1H30M45S', ms: 5_445 * second },
    { text: 'P1D', ms: 24 * 60 * minute },
    { text: 'P1M', ms: undefined },
    { text: 'PT0.5S', ms: 500 },
  ])('is understood: $text', async ({ text, ms }) => {
    await runs.deploy('p20.bpmn', waiting('p20', on.duration(text)))
    const run = await runs.start('p20')
    const [armed] = (await runs.events(run)).filter((event) => event.type === 'timer-armed')
    const month = new Date(runs.now())
    const due = ms === undefined ? month.setUTCMonth(month.getUTCMonth() + 1) : runs.now() + ms
    expect(Date.parse(String(armed?.due))).toBe(due)
    await runs.post(`/process-instances/${run}/cancellation`)
  })

  test.each([
    { text: 'PT5M', ms: 5 * minute },
    { text: 'PT1H', ms: 60 * minute },
  ])('starts an instance after $text', async ({ text, ms }) => {
    const id = `p20_${text}`
    const trigger = on.duration(text)
    await runs.deploy(`${id}.bpmn`, bpmn(process(id, start('start', trigger), end('end'), 'start -> end')))
    await runs.advance(ms - 1)
    const started = () => runs.items('/process-instances/search', { processDefinitionId: id })
    expect(await started()).toEqual([])
    await runs.advance(1)
    await expect.poll(started).toMatchObject([{ state: 'COMPLETED' }])
    await runs.advance(10 * ms)
    expect(await started()).toHaveLength(1)
  })
})

describe('P21 a timer at a task', () => {
  beforeAll(() =>
    runs.deploy(
      'p21.bpmn',
      bpmn(
        process(
          'p21',
          ...[start('start'), task('work'), task('late'), task('remind'), end('end')],
          boundary('after_3', 'work', on.duration('PT3S')),
          boundary('after_2', 'work', on.duration('PT2S'), { interrupting: false }),
          ...['start -> work -> end', 'after_3 -> late', 'after_2 -> remind'],
        ),
      ),
    ),
  )

  test('that does not interrupt gives a token more; the one that interrupts takes that of the task', async () => {
    const run = await runs.start('p21', { kept: true })
    await runs.advance(2 * second)
    await runs.waitsAt(run, 'work', 'remind')
    await runs.advance(second)
    await runs.waitsAt(run, 'late', 'remind')
    expect(await runs.variables(run)).toEqual({ kept: true })
    const [job] = await runs.items('/jobs/search', {
      processInstanceKey: run,
      elementId: 'work',
      state: 'CREATED',
    })
    expect(job).toBeUndefined()
  })

  test('is gone when the task is done before', async () => {
    const run = await runs.start('p21')
    await runs.complete(run, 'work')
    await runs.ended(run)
    await runs.advance(60 * second)
    const types = (await runs.events(run)).map(({ type }) => type)
    expect(types.filter((type) => type === 'timer-canceled')).toHaveLength(2)
    expect(types).not.toContain('timer-fired')
  })

  test('is canceled by another one that interrupts first', async () => {
    await runs.deploy(
      'p21_two.bpmn',
      bpmn(
        process(
          'p21_two',
          ...[start('start'), task('work'), task('late'), task('remind')],
          boundary('after_2', 'work', on.duration('PT2S')),
          boundary('after_3', 'work', on.duration('PT3S'), { interrupting: false }),
          ...['start -> work', 'after_2 -> late', 'after_3 -> remind'],
        ),
      ),
    )
    const run = await runs.start('p21_two')
    // Even when both are due at the same time.
    await runs.advance(5 * second)
    await runs.waitsAt(run, 'late')
    const [canceled] = (await runs.events(run)).filter(({ type }) => type === 'timer-canceled')
    expect(canceled).toBeDefined()
    await runs.complete(run, 'late')
    await runs.ended(run)
    expect(await runs.path(run)).not.toContain('after_3')
  })
})
