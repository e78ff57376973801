/** A suspended instance stands still; what came meanwhile happens when it is resumed. */
import { describe, expect, test } from 'vitest'
import { GoldenProcess } from '../../../tests/support/golden-process.ts'
import { processXml, serviceTask } from '../../../tests/support/process-xml.ts'
import { limits } from '../base/limits.ts'
import type { Command } from './command.ts'

const load = (name: string): Promise<GoldenProcess> => GoldenProcess.load(name)

function submit(run: GoldenProcess, command: Command, nth = 0) {
  return run.driver.submit(run.state(nth).key, command)
}
const suspended = {
  ok: false,
  error: { kind: 'conflict', message: expect.stringContaining('resume it first') },
}

describe('a suspended instance', () => {
  test('offers no job, and refuses the result of one that was taken before', async () => {
    const run = (await load('sequence')).do('start')
    const [job] = run.driver.tables.jobs.values()
    if (job === undefined) throw new Error('no job')
    run.do('suspend')
    expect(run.driver.tables.jobs.size).toBe(0)
    const complete: Command = { type: 'complete-job', jobKey: job.key, variables: {} }
    expect(submit(run, complete)).toMatchObject(suspended)
    expect(submit(run, { type: 'publish-jobs' })).toMatchObject(suspended)
    run.do('resume')
    expect([...run.driver.tables.jobs.keys()]).toEqual([job.key])
    run.do('complete service')
  })

  test('lets no timer fire; one that came due fires when it is resumed', async () => {
    const run = (await load('call-activity-cancel')).do('start', 'suspend', 'advance PT3H')
    expect(run.active()).toEqual(['call_child'])
    run.do('resume', 'advance PT0S')
    expect(run.state().status).toBe('completed')
    expect(run.completed()).toContain('late')
  })

  test('makes up the latest of the firings that a cycle missed', async () => {
    const timer = `<boundaryEvent id="tick" attachedToRef="w" cancelActivity="false"><timerEventDefinition>
      <timeCycle>R/PT1M</timeCycle></timerEventDefinition></boundaryEvent>`
    const xml = processXml(
      'p',
      `<startEvent id="s" />${serviceTask('w')}${timer}<endEvent id="e" />`,
      's -> w',
      'tick -> e',
    )
    const run = (await GoldenProcess.of(xml)).do('start', 'suspend', 'jump P30D', 'resume', 'jump PT0S')
    // The one that was due first, and the latest.
    expect(run.completed().filter((element) => element === 'tick')).toHaveLength(limits.missedFirings + 1)
    const [next] = run.driver.tables.timers.values()
    expect(next?.due).toBe(30 * 86_400_000 + 60_000)
  })

  test('is met by the messages that are still in the buffer when it is resumed', async () => {
    const run = (await load('message-boundary')).do('start {"id": 1}', 'suspend')
    run.do('publish stop 1', 'keep PT1H hint 1 {"text": "kept"}')
    expect(run.active()).toEqual(['work'])
    run.do('resume')
    expect(run.active()).toEqual(['work'])
    expect(run.completed()).toContain('note')
    expect(run.variables()).toMatchObject({ text: 'kept' })
  })

  test('keeps the outcome of an instance that it called, which runs on', async () => {
    const run = (await load('call-activity-cancel')).do('start', 'suspend', 'complete c_work')
    expect(run.state(1).status).toBe('completed')
    expect(run.active()).toEqual(['call_child'])
    run.do('resume')
    expect(run.state().status).toBe('completed')
    expect(run.completed()).toContain('end')
  })

  test('keeps the resolution of an incident, once', async () => {
    const run = (await load('exclusive-gateway-no-match')).do('start {"value": -1}')
    const [incident] = run.state().incidents.keys()
    if (incident === undefined) throw new Error('no incident')
    run.do('suspend')
    const resolve: Command = { type: 'resolve-incident', incidentKey: incident }
    expect(submit(run, resolve).ok).toBe(true)
    expect(submit(run, resolve)).toEqual({ ok: true, value: [] })
    expect(run.state().incidents.size).toBe(1)
    run.do('resume')
    expect(run.events().filter(({ type }) => type === 'incident-resolved')).toHaveLength(1)
  })

  test('takes variables, and can be canceled', async () => {
    const run = (await load('parallel-gateway')).do('start', 'suspend', 'set a {"x": 1}', 'cancel')
    expect(run.state()).toMatchObject({ status: 'terminated', suspended: false })
    expect(run.driver.tables.jobs.size).toBe(0)
  })

  test('is neither suspended twice nor resumed twice', async () => {
    const run = (await load('sequence')).do('start', 'suspend')
    expect(submit(run, { type: 'suspend-instance' })).toMatchObject({
      ok: false,
      error: { kind: 'conflict' },
    })
    run.do('resume')
    expect(submit(run, { type: 'resume-instance' })).toMatchObject({ ok: false, error: { kind: 'conflict' } })
  })
})
