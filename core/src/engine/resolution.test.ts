/** An incident of a job that failed for good: its resolution gives the job retries, in one command. */
import { expect, test } from 'vitest'
import { GoldenProcess } from '../../../tests/support/golden-process.ts'
import { processXml, serviceTask } from '../../../tests/support/process-xml.ts'
import type { Event } from './event.ts'

const file = processXml('p', `<startEvent id="s" />${serviceTask('work')}`, 's -> work')
const failed = async () => (await GoldenProcess.of(file)).do('start', 'fail work 0 PT0S broken')

const newest = (run: GoldenProcess, count: number): readonly Event['type'][] =>
  run
    .events()
    .slice(-count)
    .map(({ type }) => type)

const jobOf = (run: GoldenProcess) => [...run.driver.tables.jobs.values()][0]

test('gives the job its retries and closes the incident in one commit', async () => {
  const run = await failed()
  const before = run.events().length
  run.do('resolve work 2')
  expect(run.events().length - before).toBe(2)
  expect(newest(run, 2)).toEqual(['job-retries-updated', 'incident-resolved'])
  expect(jobOf(run)).toMatchObject({ retries: 2 })
  expect(run.driver.tables.incidents.size).toBe(0)
  run.do('complete work')
  expect(run.state().status).toBe('completed')
})

test('without retries is refused while the job has none, and changes nothing', async () => {
  const run = await failed()
  const before = run.events().length
  expect(() => run.do('resolve work')).toThrow(/has no retries left: give it at least 1/)
  expect(run.events()).toHaveLength(before)
  run.do('retries work 1', 'resolve work')
  expect(newest(run, 1)).toEqual(['incident-resolved'])
})

test('takes nothing away that the job was given before', async () => {
  const run = (await failed()).do('retries work 5', 'resolve work 1')
  expect(newest(run, 2)).toEqual(['job-retries-updated', 'incident-resolved'])
  expect(jobOf(run)).toMatchObject({ retries: 5 })
})

test('with retries, of an incident without a job, tries its step again', async () => {
  const run = (await GoldenProcess.load('exclusive-gateway-no-match')).do('start {"value": -1}')
  run.do('resolve choose 3')
  expect(newest(run, 2)).toEqual(['incident-resolved', 'incident-raised'])
})

test('is kept with its retries while the instance is suspended; the first one counts', async () => {
  const run = (await failed()).do('suspend', 'resolve work 2', 'resolve work 7')
  expect(run.state().kept).toMatchObject([{ type: 'resolve-incident', retries: 2 }])
  expect(run.state().incidents.size).toBe(1)
  run.do('resume')
  expect(newest(run, 3)).toEqual(['instance-resumed', 'job-retries-updated', 'incident-resolved'])
  expect(jobOf(run)).toMatchObject({ retries: 2 })
  run.do('complete work')
  expect(run.state().status).toBe('completed')
})
