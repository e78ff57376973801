/** Failures that throw an error, where others than the process itself are concerned. */
import { expect, test } from 'vitest'
import { GoldenProcess } from '../../../tests/support/golden-process.ts'
import { flowXml, serviceTask } from '../../../tests/support/process-xml.ts'

const failing = (id: string, code: string): string =>
  serviceTask(id).replace('</extensionElements>', `<braid:failure errorCode="${code}" /></extensionElements>`)
const file = (caller: string, called: string): string =>
  `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    xmlns:braid="urn:braid:bpmn:1.0" targetNamespace="urn:braid:test"><error id="lost" errorCode="LOST" />
    <process id="p" isExecutable="true">${caller}</process><process id="c" isExecutable="true">${called}</process></definitions>`
const calling = (error: string): string =>
  `<callActivity id="call"><extensionElements><zeebe:calledElement processId="c" /></extensionElements></callActivity>
   <boundaryEvent id="caught" attachedToRef="call"><errorEventDefinition ${error} /></boundaryEvent>`

test('goes up to a calling instance that names the code', async () => {
  const run = (await GoldenProcess.of(file(calling('errorRef="lost"'), failing('work', 'LOST')))).do(
    'start p',
    'fail work 0 PT0S broken {"more": 1}',
  )
  expect(run.state(1).status).toBe('terminated')
  expect(run.completed()).toContain('caught')
  expect(run.variables()).toEqual({ failure: { code: 'LOST', message: 'broken' }, more: 1 })
})

test.each([
  ['of another code', calling('errorRef="lost"'), failing('work', 'OTHER')],
  ['without one', calling(''), failing('work', 'LOST')],
])('stays where it is for a calling instance that catches errors %s', async (_name, caller, called) => {
  const run = (await GoldenProcess.of(file(caller, called))).do('start p', 'fail work 0')
  expect([...run.state(1).incidents.values()]).toMatchObject([{ type: 'JOB_NO_RETRIES' }])
  run.do('retries work 1', 'resolve work', 'complete work')
  expect(run.state().status).toBe('completed')
})

test('of a producer ends the loop and its runs', async () => {
  const loop = `<multiInstanceLoopCharacteristics><extensionElements><braid:stream type="produce" />
    <braid:failure errorCode="LOST" /></extensionElements></multiInstanceLoopCharacteristics></serviceTask>`
  const work = serviceTask('work').replace('</serviceTask>', loop)
  const xml = file(
    `<startEvent id="s" />${work}<boundaryEvent id="caught" attachedToRef="work"><errorEventDefinition /></boundaryEvent>
    ${flowXml('s -> work')}`,
    '<task id="t" />',
  )
  const run = (await GoldenProcess.of(xml)).do('start p', 'items work 0 {"items": [1, 2]}')
  run.do('fail work#2 0')
  // A run's job says nothing of the kind.
  expect(run.state().incidents.size).toBe(1)
  run.do('fail work 0')
  expect(run.completed()).toContain('caught')
  expect(run.state().status).toBe('completed')
})
