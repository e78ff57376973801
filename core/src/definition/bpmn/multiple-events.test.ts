import { describe, expect, test } from 'vitest'
import type { Effect, Trigger } from '../../model/program.ts'
import { errorsOf, extension, flow, nodeOf, process, programOf } from './fixtures/bpmn-text.ts'

const roots = `<bpmn:message id="m" name="paid">${extension('<zeebe:subscription correlationKey="=orderId" />')}</bpmn:message>
  <bpmn:signal id="sg" name="stop" /><bpmn:error id="er" errorCode="E1" /><bpmn:escalation id="es" escalationCode="U1" />
  <bpmn:signalEventDefinition id="shared" signalRef="sg" />`

const definitions = {
  message: '<bpmn:messageEventDefinition messageRef="m" />',
  signal: '<bpmn:signalEventDefinition signalRef="sg" />',
  timer: '<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>',
  conditional:
    '<bpmn:conditionalEventDefinition><bpmn:condition>x</bpmn:condition></bpmn:conditionalEventDefinition>',
  error: '<bpmn:errorEventDefinition errorRef="er" />',
  escalation: '<bpmn:escalationEventDefinition escalationRef="es" />',
  compensate: '<bpmn:compensateEventDefinition />',
  cancel: '<bpmn:cancelEventDefinition />',
  link: '<bpmn:linkEventDefinition name="L" />',
  terminate: '<bpmn:terminateEventDefinition />',
}

const compiled = {
  message: { kind: 'message', name: { value: 'paid' }, correlationKey: { feel: 'orderId' } },
  signal: { kind: 'signal', name: { value: 'stop' } },
  timer: { kind: 'timer', timer: 'duration', value: { value: 'PT1H' } },
  conditional: { kind: 'conditional', condition: { feel: 'x' } },
  error: { kind: 'error', code: 'E1' },
}

const parallel = 'parallelMultiple="true"'
const boundary = (inside: string, attributes = ''): string =>
  process(
    `<bpmn:task id="a" /><bpmn:boundaryEvent id="e" attachedToRef="a" ${attributes}>${inside}</bpmn:boundaryEvent>`,
    roots,
  )
const end = (inside: string): string =>
  process(`<bpmn:task id="a" /><bpmn:endEvent id="e">${inside}</bpmn:endEvent>${flow('f', 'a', 'e')}`, roots)

const triggerOf = async (xml: string): Promise<Trigger> =>
  nodeOf(await programOf(xml), 'e', 'boundary-event').trigger
const effectOf = async (xml: string): Promise<Effect> =>
  nodeOf(await programOf(xml), 'e', 'throw-event').effect

describe('an event that waits for several things', () => {
  test('occurs with the first of them', async () => {
    const { message, timer, error } = definitions
    expect(await triggerOf(boundary(message + timer + error))).toEqual({
      kind: 'multiple',
      triggers: [compiled.message, compiled.timer, compiled.error],
      parallel: false,
    })
  })

  test('is about a bounded number of things', async () => {
    expect(await errorsOf(boundary(definitions.timer.repeat(50)))).toEqual([])
    expect(await errorsOf(boundary(definitions.timer.repeat(51)))).toEqual(['DOCUMENT_TOO_COMPLEX e'])
  })

  test('occurs with all of them', async () => {
    const { conditional, message } = definitions
    const reference = '<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>'
    expect(await triggerOf(boundary(conditional + message + reference, parallel))).toEqual({
      kind: 'multiple',
      triggers: [compiled.conditional, compiled.message, compiled.signal],
      parallel: true,
    })
  })

  test('is an ordinary one when there is only one thing', async () => {
    expect(await triggerOf(boundary(definitions.signal, parallel))).toEqual(compiled.signal)
  })

  test.each(['compensate', 'cancel'] as const)('is not about %s', async (kind) => {
    const errors = await errorsOf(boundary(definitions[kind] + definitions.signal))
    expect(errors).toContain('INVALID_MULTIPLE_EVENT e')
  })

  test('waits for an error only where the first thing is enough', async () => {
    const inside = definitions.error + definitions.signal
    expect(await errorsOf(boundary(inside))).toEqual([])
    expect(await errorsOf(boundary(inside, parallel))).toEqual(['INVALID_MULTIPLE_EVENT e'])
  })

  test('interrupts when an error is among them', async () => {
    const inside = definitions.signal + definitions.error
    expect(await errorsOf(boundary(inside, 'cancelActivity="false"'))).toEqual(['INVALID_EVENT_POSITION e'])
  })

  test('must be able to wait there for each', async () => {
    const content = `<bpmn:task id="a" /><bpmn:intermediateCatchEvent id="e">${definitions.timer}${definitions.error}</bpmn:intermediateCatchEvent>${flow('f', 'a', 'e')}`
    expect(await errorsOf(process(content, roots))).toEqual(['INVALID_EVENT_POSITION e'])
  })

  test('catches what no other event may catch there', async () => {
    const xml = process(
      `<bpmn:task id="a" /><bpmn:boundaryEvent id="b" attachedToRef="a">${definitions.error}</bpmn:boundaryEvent>
       <bpmn:boundaryEvent id="e" attachedToRef="a">${definitions.timer}${definitions.error}</bpmn:boundaryEvent>`,
      roots,
    )
    expect(await errorsOf(xml)).toEqual(['DUPLICATE_CATCH e'])
  })

  test('stands behind an event-based gateway unless it needs all', async () => {
    const gateway = (attributes: string): string =>
      process(
        `<bpmn:task id="a" /><bpmn:eventBasedGateway id="g" />${flow('f', 'a', 'g')}
         <bpmn:intermediateCatchEvent id="e" ${attributes}>${definitions.timer}${definitions.conditional}</bpmn:intermediateCatchEvent>${flow('g1', 'g', 'e')}
         <bpmn:intermediateCatchEvent id="c">${definitions.conditional}</bpmn:intermediateCatchEvent>${flow('g2', 'g', 'c')}`,
        roots,
      )
    expect(await errorsOf(gateway(''))).toEqual([])
    expect(await errorsOf(gateway(parallel))).toEqual(['EVENT_GATEWAY_SUCCESSOR e'])
  })
})

describe('an event that throws several things', () => {
  test('throws them in order', async () => {
    const { signal, message, error } = definitions
    expect(await effectOf(end(signal + message + error))).toEqual({
      kind: 'multiple',
      effects: [
        { kind: 'signal', name: { value: 'stop' } },
        { kind: 'message', name: { value: 'paid' }, correlationKey: { feel: 'orderId' } },
        { kind: 'error', code: { value: 'E1' } },
      ],
    })
  })

  test.each(['terminate', 'compensate'] as const)('does not %s besides', async (kind) => {
    expect(await errorsOf(end(definitions.signal + definitions[kind]))).toEqual(['INVALID_MULTIPLE_EVENT e'])
  })

  test('has no worker that does it', async () => {
    const job = extension('<zeebe:taskDefinition type="send" />')
    expect(await errorsOf(end(job + definitions.signal + definitions.message))).toEqual([
      'INVALID_MULTIPLE_EVENT e',
    ])
  })
})

test('an event sub-process has several start events, each interrupting or not', async () => {
  const start = (id: string, inside: string, attributes = ''): string =>
    `<bpmn:startEvent id="${id}" ${attributes}>${inside}</bpmn:startEvent>`
  const { timer, message, conditional } = definitions
  const content = `<bpmn:task id="a" /><bpmn:subProcess id="x" triggeredByEvent="true">
    ${start('s1', timer)}${start('s2', message + conditional, 'isInterrupting="false"')}</bpmn:subProcess>`
  const program = await programOf(process(content, roots))
  expect(nodeOf(program, 'x', 'event-sub-process')).toMatchObject({
    starts: [],
    triggeredStarts: ['s1', 's2'],
  })
  expect(nodeOf(program, 's1', 'start-event')).toMatchObject({ interrupting: true, trigger: compiled.timer })
  expect(nodeOf(program, 's2', 'start-event')).toMatchObject({
    interrupting: false,
    trigger: { kind: 'multiple', triggers: [compiled.message, compiled.conditional], parallel: false },
  })
})
