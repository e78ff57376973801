import { describe, expect, test } from 'vitest'
import { errorsOf, flow, nodeOf, process, programOf, warningsOf } from './fixtures/bpmn-text.ts'

const compensate = (attributes = ''): string => `<bpmn:compensateEventDefinition ${attributes} />`
const undoable = (id: string): string =>
  `<bpmn:task id="${id}" /><bpmn:boundaryEvent id="${id}B" attachedToRef="${id}">${compensate()}</bpmn:boundaryEvent>`
const handler = (id: string): string => `<bpmn:task id="${id}" isForCompensation="true" />`
const association = (source: string, target: string): string =>
  `<bpmn:association id="${source}-${target}" sourceRef="${source}" targetRef="${target}" />`
const throwing = (attributes = ''): string =>
  `<bpmn:intermediateThrowEvent id="e">${compensate(attributes)}</bpmn:intermediateThrowEvent>${flow('f', 'a', 'e')}`

describe('a compensation boundary event', () => {
  test('leads to the activity that undoes its host, which nothing else starts', async () => {
    const xml = process(undoable('a') + handler('h') + association('aB', 'h') + throwing())
    const program = await programOf(xml)
    expect(nodeOf(program, 'aB', 'boundary-event')).toMatchObject({
      attachedTo: 'a',
      interrupting: false,
      trigger: { kind: 'compensation', handler: 'h' },
    })
    expect(nodeOf(program, 'P', 'process').starts).toEqual(['a'])
    expect(await warningsOf(xml)).toEqual([])
  })

  test('takes an association of either direction, drawn in the process or a collaboration', async () => {
    const inner = `<bpmn:subProcess id="x">${undoable('a')}${handler('h')}</bpmn:subProcess>`
    const triggerOf = async (content: string, roots = ''): Promise<unknown> =>
      nodeOf(await programOf(process(content, roots)), 'aB', 'boundary-event').trigger
    const expected = { kind: 'compensation', handler: 'h' }
    expect(await triggerOf(inner + association('h', 'aB'))).toEqual(expected)
    const collaboration = `<bpmn:collaboration id="c"><bpmn:participant id="p" processRef="P" />${association('aB', 'h')}</bpmn:collaboration>`
    expect(await triggerOf(inner, collaboration)).toEqual(expected)
  })

  test('is told to undo nothing when it has no association', async () => {
    const xml = process(undoable('a') + throwing())
    expect(await warningsOf(xml)).toEqual(['COMPENSATION_WITHOUT_HANDLER aB'])
    expect(nodeOf(await programOf(xml), 'aB', 'boundary-event').trigger).toEqual({ kind: 'compensation' })
  })

  test.each([
    ['an ordinary activity', `<bpmn:task id="h" />${association('aB', 'h')}`],
    ['two activities', handler('h') + handler('i') + association('aB', 'h') + association('aB', 'i')],
    [
      'an activity of another scope',
      `<bpmn:subProcess id="x">${handler('h')}<bpmn:task id="i" /></bpmn:subProcess>${association('aB', 'h')}`,
    ],
  ])('is refused when it leads to %s', async (_name, content) => {
    expect(await errorsOf(process(undoable('a') + content))).toEqual(['COMPENSATION_WITHOUT_HANDLER aB'])
  })

  test('is refused beside another one, and with flows out of it', async () => {
    const twice = `${undoable('a')}<bpmn:boundaryEvent id="b" attachedToRef="a">${compensate()}</bpmn:boundaryEvent>`
    expect(await errorsOf(process(twice))).toEqual(['DUPLICATE_CATCH b'])
    const flowing = `${undoable('a')}<bpmn:task id="n" />${flow('f', 'aB', 'n')}`
    expect(await errorsOf(process(flowing))).toEqual(['FLOW_NOT_OFFERED f'])
  })
})

test('a compensation activity has no flows', async () => {
  const content = `${undoable('a')}${handler('h')}${association('aB', 'h')}<bpmn:task id="n" />`
  expect(await errorsOf(process(`${content}${flow('f', 'a', 'h')}${flow('g', 'h', 'n')}`))).toEqual([
    'FLOW_NOT_ACCEPTED f',
    'FLOW_NOT_OFFERED g',
  ])
})

describe('an event that asks for compensation', () => {
  const effectOf = async (content: string): Promise<unknown> =>
    nodeOf(await programOf(process(content)), 'e', 'throw-event').effect

  test('undoes everything, or one activity, and waits unless it says otherwise', async () => {
    const content = undoable('a') + handler('h') + association('aB', 'h')
    expect(await effectOf(content + throwing())).toEqual({ kind: 'compensation', wait: true })
    expect(await effectOf(content + throwing('activityRef="a" waitForCompletion="false"'))).toEqual({
      kind: 'compensation',
      activity: 'a',
      wait: false,
    })
  })

  test('out of an event sub-process sees the scope around it', async () => {
    const start = `<bpmn:startEvent id="s">${compensate()}</bpmn:startEvent>`
    const end = `<bpmn:endEvent id="e">${compensate('activityRef="a"')}</bpmn:endEvent>`
    const undo = `<bpmn:subProcess id="u" triggeredByEvent="true">${start}${end}${flow('f', 's', 'e')}</bpmn:subProcess>`
    const content = `<bpmn:subProcess id="x">${undoable('a')}${handler('h')}${association('aB', 'h')}${undo}</bpmn:subProcess>`
    expect(await effectOf(content)).toEqual({ kind: 'compensation', activity: 'a', wait: true })
    const program = await programOf(process(content))
    expect(nodeOf(program, 's', 'start-event').trigger).toEqual({ kind: 'compensation' })
    expect(nodeOf(program, 'x', 'sub-process')).toMatchObject({ starts: ['a'], eventSubProcesses: ['u'] })
  })

  test.each([
    ['an activity inside another scope', 'i', 'COMPENSATION_TARGET e'],
    ['a compensation activity', 'h', 'COMPENSATION_TARGET e'],
    ['an event', 'aB', 'COMPENSATION_TARGET e'],
    ['nothing that is there', 'nobody', 'DANGLING_REFERENCE e'],
  ])('is refused when it names %s', async (_name, activity, error) => {
    const content = `${undoable('a')}${handler('h')}${association('aB', 'h')}
      <bpmn:subProcess id="x"><bpmn:task id="i" /></bpmn:subProcess>`
    expect(await errorsOf(process(content + throwing(`activityRef="${activity}"`)))).toEqual([error])
  })
})

describe('a transaction', () => {
  const cancel = '<bpmn:cancelEventDefinition />'
  const end = `<bpmn:endEvent id="e">${cancel}</bpmn:endEvent>`
  const boundary = (host: string, attributes = ''): string =>
    `<bpmn:boundaryEvent id="b" attachedToRef="${host}" ${attributes}>${cancel}</bpmn:boundaryEvent>`

  test('is a sub-process that cancel end events at any depth end', async () => {
    const inner = `<bpmn:subProcess id="y"><bpmn:task id="i" />${end}${flow('f', 'i', 'e')}</bpmn:subProcess>`
    const content = `<bpmn:transaction id="x" method="##Compensate">${inner}</bpmn:transaction>${boundary('x')}`
    const program = await programOf(process(content))
    expect(nodeOf(program, 'x', 'sub-process')).toMatchObject({
      transaction: true,
      sourceType: 'transaction',
      starts: ['y'],
      boundaryEvents: ['b'],
    })
    expect(nodeOf(program, 'y', 'sub-process')).not.toHaveProperty('transaction')
    expect(nodeOf(program, 'e', 'throw-event').effect).toEqual({ kind: 'cancel' })
    expect(nodeOf(program, 'b', 'boundary-event')).toMatchObject({
      interrupting: true,
      trigger: { kind: 'cancel' },
    })
  })

  test.each([
    [
      'a cancel end event elsewhere',
      `<bpmn:subProcess id="x"><bpmn:task id="i" />${end}${flow('f', 'i', 'e')}</bpmn:subProcess>`,
      'CANCEL_WITHOUT_TRANSACTION e',
    ],
    [
      'a cancel boundary event elsewhere',
      `<bpmn:subProcess id="x"><bpmn:task id="i" /></bpmn:subProcess>${boundary('x')}`,
      'CANCEL_WITHOUT_TRANSACTION b',
    ],
    [
      'a cancel boundary event that does not interrupt',
      `<bpmn:transaction id="x"><bpmn:task id="i" /></bpmn:transaction>${boundary('x', 'cancelActivity="false"')}`,
      'INVALID_EVENT_POSITION b',
    ],
  ])('is needed for %s', async (_name, content, error) => {
    expect(await errorsOf(process(content))).toEqual([error])
  })
})
