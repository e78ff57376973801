import { expect, test } from 'vitest'
import {
  errorsOf,
  file,
  findingsOf,
  flow,
  nodeOf,
  process,
  programOf,
  warningsOf,
} from './fixtures/bpmn-text.ts'

test('references are found by qualified names of the own namespace', async () => {
  const program = await programOf(
    process(
      `<bpmn:startEvent id="s"><bpmn:eventDefinitionRef>tns:sig</bpmn:eventDefinitionRef></bpmn:startEvent>
       <bpmn:receiveTask id="r" messageRef="tns:m" />
       <bpmn:callActivity id="c" calledElement="tns:other" />
       ${flow('f', 's', 'tns:r')} ${flow('g', 'r', 'c')}`,
      `<bpmn:signalEventDefinition id="sig" signalRef="tns:sg" /><bpmn:signal id="sg" name="go" />
       <bpmn:message id="m" name="hello" />`,
    ),
  )
  expect(nodeOf(program, 's', 'start-event').trigger).toEqual({ kind: 'signal', name: { value: 'go' } })
  expect(nodeOf(program, 'r', 'receive-task').trigger).toEqual({ kind: 'message', name: { value: 'hello' } })
  expect(nodeOf(program, 'c', 'call-activity').call.processId).toEqual({ value: 'other' })
  expect(program.flows[0]).toMatchObject({ source: 's', target: 'r' })
})

test('a prefix of another namespace does not mean an own element', async () => {
  const message = '<bpmn:message id="m" name="hello" />'
  const xml = process('<bpmn:receiveTask id="r" messageRef="zeebe:m" />', message)
  expect(await errorsOf(xml)).toEqual(['DANGLING_REFERENCE r', 'MISSING_MESSAGE r'])
})

test('a dangling reference is placed and reported once', async () => {
  const xml = process(`<bpmn:task id="a" />\n${flow('f', 'a', 'nowhere')}`)
  expect(await findingsOf(xml)).toMatchObject([
    { severity: 'error', code: 'DANGLING_REFERENCE', elementId: 'f', line: 5, column: 1 },
  ])
})

test.each([
  [
    'attachedToRef',
    '<bpmn:boundaryEvent id="x" attachedToRef="no"><bpmn:errorEventDefinition /></bpmn:boundaryEvent>',
  ],
  ['default', '<bpmn:exclusiveGateway id="x" default="no" />'],
  ['signalRef', '<bpmn:endEvent id="x"><bpmn:signalEventDefinition signalRef="no" /></bpmn:endEvent>'],
  ['errorRef', '<bpmn:endEvent id="x"><bpmn:errorEventDefinition errorRef="no" /></bpmn:endEvent>'],
  ['operationRef', '<bpmn:receiveTask id="x" operationRef="no" />'],
])('a dangling %s is an error', async (_property, element) => {
  expect(await errorsOf(process(`<bpmn:task id="a" />${element}`))).toContain('DANGLING_REFERENCE x')
})

test('dangling references that decide nothing are warnings', async () => {
  const lanes =
    '<bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:flowNodeRef>no</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
  const incoming = '<bpmn:task id="a"><bpmn:incoming>gone</bpmn:incoming></bpmn:task>'
  expect(await warningsOf(process(lanes + incoming))).toEqual([
    'DANGLING_REFERENCE l',
    'DANGLING_REFERENCE a',
  ])
})

test('a reference to something of another kind is dangling', async () => {
  const xml = process('<bpmn:receiveTask id="r" messageRef="s" />', '<bpmn:signal id="s" name="s" />')
  expect(await errorsOf(xml)).toEqual(['DANGLING_REFERENCE r', 'MISSING_MESSAGE r'])
})

test('collaborations, lanes, data and artifacts are accepted', async () => {
  const xml = file(`
    <bpmn:collaboration id="c"><bpmn:participant id="p1" processRef="P" /><bpmn:participant id="p2" />
      <bpmn:messageFlow id="mf" sourceRef="a" targetRef="p2" /></bpmn:collaboration>
    <bpmn:dataStore id="ds" /><bpmn:itemDefinition id="i" structureRef="xsd:string" />
    <bpmn:process id="P" isExecutable="true">
      <bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
      <bpmn:task id="a"><bpmn:dataOutputAssociation id="da"><bpmn:targetRef>dor</bpmn:targetRef></bpmn:dataOutputAssociation></bpmn:task>
      <bpmn:dataObject id="do" itemSubjectRef="i" /><bpmn:dataObjectReference id="dor" dataObjectRef="do" />
      <bpmn:dataStoreReference id="dsr" dataStoreRef="ds" />
      <bpmn:textAnnotation id="t"><bpmn:text>note</bpmn:text></bpmn:textAnnotation>
      <bpmn:association id="as" sourceRef="a" targetRef="t" /><bpmn:group id="g" />
    </bpmn:process>`)
  expect(await warningsOf(xml)).toEqual([])
  expect((await programOf(xml)).nodes.map(({ id }) => id)).toEqual(['P', 'a'])
})
