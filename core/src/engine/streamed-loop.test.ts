/** A loop whose items a job gives: its bounds, and what operators do to it. Its course is in the golden traces. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GoldenProcess } from '../../../tests/support/golden-process.ts'
import { limits } from '../base/limits.ts'
import { compileBpmn } from '../definition/bpmn/compile.ts'
import type { Command } from './command.ts'
import { execute } from './decide.ts'
import { linkProgram } from './graph.ts'

const xml = readFileSync(new URL('./golden/streamed-loop.bpmn', import.meta.url), 'utf8')

const begin = async (): Promise<GoldenProcess> => (await GoldenProcess.load('streamed-loop')).do('start')
const submit = (run: GoldenProcess, command: Command) => run.driver.submit(run.state().key, command)

function producerOf(run: GoldenProcess) {
  const job = [...run.driver.tables.jobs.values()].find(({ items }) => items === true)
  if (job === undefined) throw new Error('no job gives items')
  return job
}
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)
const give = (run: GoldenProcess, offset: number, items: readonly number[], jobKey = producerOf(run).key) =>
  submit(run, { type: 'add-items', jobKey, offset, items })
const refused = (kind: string, message: string) => ({
  ok: false,
  error: { kind, message: expect.stringContaining(message) },
})
const workJobs = (run: GoldenProcess) =>
  [...run.driver.tables.jobs.values()].filter(({ jobType }) => jobType === 'work')

describe('a loop whose items a job gives', () => {
  test('is busy with as many runs as may be alive, and takes nothing of what is too much', async () => {
    const run = await begin()
    expect(give(run, 0, numbers(limits.openRuns)).ok).toBe(true)
    expect(give(run, limits.openRuns, [1])).toMatchObject(
      refused('busy', 'expected no more than 0 new items'),
    )
    // What was taken is no new run.
    expect(give(run, 1, numbers(limits.openRuns - 1)).ok).toBe(true)
    run.do('complete work#2')
    expect(give(run, limits.openRuns, [1, 2])).toMatchObject(refused('busy', 'no more than 1 new item'))
    expect(give(run, limits.openRuns, [1]).ok).toBe(true)
    expect(workJobs(run)).toHaveLength(limits.openRuns)
  })

  test('refuses what skips items, comes in too large parts, or is for another job', async () => {
    const run = await begin()
    expect(give(run, 1, [1])).toMatchObject(refused('invalid', 'from 0 to 0'))
    expect(give(run, -1, [1, 2])).toMatchObject(refused('invalid', 'from 0 to 0'))
    expect(give(run, 0.5, [1])).toMatchObject(refused('invalid', 'from 0 to 0'))
    expect(give(run, 0, numbers(limits.itemsPerCommand + 1))).toMatchObject(
      refused('invalid', 'at most 1000'),
    )
    give(run, 0, [1])
    expect(give(run, 0, [1], workJobs(run)[0]?.key)).toMatchObject(refused('invalid', 'not one that gives'))
    run.do('complete work')
    expect(
      submit(run, { type: 'add-items', jobKey: limits.loopRuns as never, offset: 0, items: [] }),
    ).toMatchObject(refused('not-found', 'no job'))
  })

  test('stops with an incident at the bound of all loops, and takes the producer along', async () => {
    const run = await begin()
    const extras = [...run.state().elements.values()].find(({ element }) => element === 'work')?.extras
    if (extras?.loop === undefined) throw new Error('no loop')
    extras.loop.started = limits.loopRuns - 1
    extras.loop.completed = limits.loopRuns - 1
    // The log does not know of these runs, so the driver that checks it stays out.
    let next = 1_000
    const compiled = await compileBpmn(xml)
    if (!compiled.ok) throw new Error('not compiled')
    const graph = linkProgram(compiled.value.programs[0] as never)
    const result = execute(
      graph,
      run.state(),
      { type: 'add-items', jobKey: producerOf(run).key, offset: limits.loopRuns - 1, items: [1, 2] },
      { now: 0, keys: { next: () => ++next as never } },
    )
    expect(result).toMatchObject({
      ok: true,
      value: [{ type: 'job-canceled' }, { type: 'incident-raised', incidentType: 'STEP_LIMIT' }],
    })
  })

  test('takes nothing while it is suspended, and goes on then', async () => {
    const run = (await begin()).do('items work 0 {"items": ["a"]}')
    const { key } = producerOf(run)
    run.do('suspend')
    expect(give(run, 1, [2], key)).toMatchObject(refused('conflict', 'resume it first'))
    run.do('resume', 'items work 1 {"items": ["b"]}', 'complete work', 'complete work', 'complete work')
    expect(run.variables().results).toHaveLength(2)
  })

  test('lives on without runs when these are ended by hand, and ends as a whole', async () => {
    const run = (await begin()).do('items work 0 {"items": ["a"]}')
    const [, body, only] = [...run.state().elements.values()]
    if (body === undefined || only === undefined) throw new Error('no run')
    const end = (key: typeof body.key) =>
      submit(run, { type: 'modify-instance', activate: [], move: [], terminate: [{ key }] })
    expect(end(only.key).ok).toBe(true)
    expect(run.active()).toEqual(['work'])
    run.do('items work 1 {"items": ["b"]}', 'complete work#2 {"result": "b"}')
    expect(end(body.key).ok).toBe(true)
    expect(run.state().status).toBe('terminated')
    expect(run.driver.tables.jobs.size).toBe(0)
  })

  test('goes on in another version of its definition, which is streamed, too', async () => {
    const run = (await begin()).do('items work 0 {"items": ["a"]}')
    const migrate = async (changed: string) => {
      const compiled = await compileBpmn(changed)
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.error))
      const [definition] = run.driver.deploy(compiled.value.programs)
      const mapping = ['work', 'late'].map((element) => ({ source: element, target: element }))
      return submit(run, { type: 'migrate-instance', definitionKey: definition?.key as never, mapping })
    }
    const collection = xml
      .replace(/<braid:stream[^>]*>/, '')
      .replace('inputElement=', 'inputCollection="=[]" inputElement=')
    expect(await migrate(collection)).toMatchObject(refused('conflict', 'parallel'))
    expect((await migrate(xml.replace('=result = "enough"', '=false'))).ok).toBe(true)
    run.do('items work 1 {"items": ["b"]}', 'complete work', 'complete work', 'complete work')
    expect(run.state().status).toBe('completed')
  })
})
