import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../base/limits.ts'
import type { Node, Program } from '../../model/program.ts'
import { compileBpmn } from './compile.ts'
import { errorsOf, extension, file, findingsOf, flow, process, programOf } from './fixtures/bpmn-text.ts'

/** An order: every kind of node once. */
const order = process(
  `
  <bpmn:extensionElements><zeebe:versionTag value="1.0" /></bpmn:extensionElements>
  <bpmn:startEvent id="ordered" name="Order came in" />
  <bpmn:serviceTask id="check">${extension('<zeebe:taskDefinition type="check" />')}</bpmn:serviceTask>
  <bpmn:boundaryEvent id="slow" attachedToRef="check" cancelActivity="false">
    <bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT10M</bpmn:timeCycle></bpmn:timerEventDefinition>
  </bpmn:boundaryEvent>
  <bpmn:exclusiveGateway id="ok" default="yes" />
  <bpmn:endEvent id="refused"><bpmn:errorEventDefinition errorRef="no" /></bpmn:endEvent>
  <bpmn:subProcess id="deliver">
    <bpmn:eventBasedGateway id="wait" />
    <bpmn:intermediateCatchEvent id="paid"><bpmn:messageEventDefinition messageRef="payment" /></bpmn:intermediateCatchEvent>
    <bpmn:intermediateCatchEvent id="late"><bpmn:timerEventDefinition><bpmn:timeDuration>= patience</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
    <bpmn:userTask id="pack">${extension('<zeebe:assignmentDefinition assignee="= packer" />')}</bpmn:userTask>
    <bpmn:endEvent id="gone"><bpmn:escalationEventDefinition escalationRef="lost" /></bpmn:endEvent>
    ${flow('d1', 'wait', 'paid')}${flow('d2', 'wait', 'late')}${flow('d3', 'paid', 'pack')}${flow('d4', 'late', 'gone')}
  </bpmn:subProcess>
  <bpmn:parallelGateway id="both" /><bpmn:inclusiveGateway id="some" />
  <bpmn:callActivity id="bill">${extension('<zeebe:calledElement processId="billing" />')}</bpmn:callActivity>
  <bpmn:scriptTask id="sum">${extension('<zeebe:script expression="= a + b" resultVariable="total" />')}</bpmn:scriptTask>
  <bpmn:sendTask id="tell" messageRef="payment" />
  <bpmn:receiveTask id="hear" messageRef="payment" />
  <bpmn:manualTask id="wave" />
  <bpmn:transaction id="pay">
    <bpmn:serviceTask id="book">${extension('<zeebe:taskDefinition type="book" />')}</bpmn:serviceTask>
    <bpmn:boundaryEvent id="booked" attachedToRef="book"><bpmn:compensateEventDefinition /></bpmn:boundaryEvent>
    <bpmn:task id="unbook" isForCompensation="true" />
    <bpmn:endEvent id="undone"><bpmn:cancelEventDefinition /></bpmn:endEvent>${flow('p1', 'book', 'undone')}
    <bpmn:association id="undo" sourceRef="booked" targetRef="unbook" />
  </bpmn:transaction>
  <bpmn:boundaryEvent id="canceled" attachedToRef="pay"><bpmn:cancelEventDefinition /></bpmn:boundaryEvent>
  <bpmn:complexGateway id="choose" />
  <bpmn:adHocSubProcess id="free"><bpmn:task id="any" /></bpmn:adHocSubProcess>
  <bpmn:subProcess id="each" startQuantity="2"><bpmn:multiInstanceLoopCharacteristics behavior="None" noneBehaviorEventRef="halted">
    ${extension('<zeebe:loopCharacteristics inputCollection="= parcels" inputElement="parcel" />')}</bpmn:multiInstanceLoopCharacteristics>
    <bpmn:task id="one" /></bpmn:subProcess>
  <bpmn:intermediateThrowEvent id="undoing"><bpmn:compensateEventDefinition activityRef="each" /></bpmn:intermediateThrowEvent>
  <bpmn:endEvent id="done"><bpmn:terminateEventDefinition /></bpmn:endEvent>
  <bpmn:subProcess id="stop" triggeredByEvent="true">
    <bpmn:startEvent id="stopped"><bpmn:signalEventDefinition signalRef="halt" /></bpmn:startEvent>
  </bpmn:subProcess>
  ${flow('f1', 'ordered', 'check')}${flow('f2', 'check', 'ok')}${flow('yes', 'ok', 'deliver')}${flow('no-flow', 'ok', 'refused', '= not(good)')}
  ${flow('f3', 'deliver', 'both')}${flow('f4', 'both', 'bill')}${flow('f5', 'both', 'sum')}${flow('f6', 'bill', 'some')}${flow('f7', 'sum', 'some')}
  ${flow('f8', 'some', 'tell')}${flow('f9', 'tell', 'hear')}${flow('f10', 'hear', 'wave')}${flow('f11', 'wave', 'pay')}
  ${flow('f12', 'pay', 'choose')}${flow('f13', 'canceled', 'choose')}${flow('f14', 'choose', 'free')}${flow('f15', 'free', 'each')}${flow('f16', 'each', 'undoing')}${flow('f17', 'undoing', 'done')}`,
  `<bpmn:message id="payment" name="payment">${extension('<zeebe:subscription correlationKey="= orderId" />')}</bpmn:message>
   <bpmn:error id="no" errorCode="REFUSED" /><bpmn:escalation id="lost" escalationCode="LOST" /><bpmn:signal id="halt" name="halt" />
   <bpmn:signalEventDefinition id="halted" signalRef="halt" />`,
)

/** Every id in a Program that has to name a node or a flow. */
function danglingIds(program: Program): string[] {
  const nodes = new Set(program.nodes.map(({ id }) => id))
  const flows = new Set(program.flows.map(({ id }) => id))
  const nodeIds = (node: Node): readonly (string | undefined)[] => [
    node.scope,
    ...('boundaryEvents' in node ? node.boundaryEvents : []),
    ...('starts' in node ? [...node.starts, ...node.triggeredStarts, ...node.eventSubProcesses] : []),
    ...(node.type === 'boundary-event' ? [node.attachedTo] : []),
    ...('trigger' in node && node.trigger.kind === 'compensation' ? [node.trigger.handler] : []),
    ...('effect' in node && node.effect.kind === 'compensation' ? [node.effect.activity] : []),
    ...(node.type === 'loop' ? nodeIds(node.activity) : []),
  ]
  const flowIds = (node: Node): readonly (string | undefined)[] => [
    ...node.incoming,
    ...node.outgoing,
    node.defaultFlow,
  ]
  const missing = (ids: readonly (string | undefined)[], known: ReadonlySet<string>): string[] =>
    ids.filter((id) => id !== undefined).filter((id) => !known.has(id))
  return [
    ...program.nodes.flatMap((node) => [...missing(nodeIds(node), nodes), ...missing(flowIds(node), flows)]),
    ...program.flows.flatMap(({ source, target }) => missing([source, target], nodes)),
  ]
}

describe('a compiled program', () => {
  test('survives JSON', async () => {
    const result = await compileBpmn(order)
    expect(result.ok).toBe(true)
    expect(JSON.parse(JSON.stringify(result))).toStrictEqual(result)
  })

  test('is whole: everything that it refers to is in it', async () => {
    expect(danglingIds(await programOf(order))).toEqual([])
  })

  test('lists its nodes in document order, the process first', async () => {
    const { nodes } = await programOf(order)
    const placed = nodes.slice(1).map(({ id }) => order.indexOf(`id="${id}"`))
    expect(nodes[0]).toMatchObject({
      id: 'P',
      type: 'process',
      starts: ['ordered'],
      eventSubProcesses: ['stop'],
    })
    expect(placed).toEqual(placed.toSorted((a, b) => a - b))
  })

  test('holds every type of node', async () => {
    const types = new Set((await programOf(order)).nodes.map(({ type }) => type))
    expect(types.size).toBe(21)
  })
})

describe('damaged text', () => {
  /** The order with one part cut out, doubled, or replaced. */
  const damaged = fc
    .record({
      at: fc.nat(order.length - 1),
      length: fc.nat(200),
      instead: fc.oneof(
        fc.constantFrom('', '<', '>', '"', '&', ']]>', '<!--', '</bpmn:process>', '<bpmn:task/>', 'id="P"'),
        fc.string({ maxLength: 20 }),
        fc.nat(order.length - 1).map((from) => order.slice(from, from + 150)),
      ),
    })
    .map(({ at, length, instead }) => order.slice(0, at) + instead + order.slice(at + length))

  test('is refused or gives a whole program, and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, async (xml) => {
        const result = await compileBpmn(xml)
        const errors = result.ok ? [] : result.error.filter(({ severity }) => severity === 'error')
        expect(errors.length > 0).toBe(!result.ok)
        expect(result.ok ? result.value.programs.flatMap(danglingIds) : []).toEqual([])
        expect(JSON.parse(JSON.stringify(result))).toStrictEqual(result)
      }),
      { numRuns: 500 },
    )
  })

  test('that was never XML does not throw either', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
        expect((await compileBpmn(text)).ok).toBe(false)
      }),
    )
  })
})

describe('attacks on deployment', () => {
  const tasks = (count: number): string =>
    Array.from({ length: count }, (_, index) => `<bpmn:task id="t${index}" />`).join('')

  test.each([
    [
      'billion laughs',
      order.replace('?>', '?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>'),
      'DOCTYPE_FORBIDDEN',
    ],
    [
      'external entity',
      order.replace('?>', '?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
      'DOCTYPE_FORBIDDEN',
    ],
    [
      '20,000 nested sub-processes',
      process('<bpmn:subProcess>'.repeat(20_000) + '</bpmn:subProcess>'.repeat(20_000)),
      'DOCUMENT_TOO_DEEP',
    ],
    ['50,000 tasks', process(tasks(50_000)), 'DOCUMENT_TOO_COMPLEX'],
    [
      'an attribute of 10 MB',
      process(`<bpmn:task id="a" name="${'x'.repeat(10_000_000)}" />`),
      'DOCUMENT_TOO_LARGE',
    ],
    ['NUL in an id', process('<bpmn:task id="a\u0000b" />'), 'CHARACTER_FORBIDDEN'],
    ['UTF-16', order.replace('UTF-8', 'UTF-16'), 'ENCODING_UNSUPPORTED'],
  ])('%s is refused at once', async (_name, xml, code) => {
    const start = performance.now()
    expect(await errorsOf(xml)).toEqual([code])
    expect(performance.now() - start).toBeLessThan(1000)
  })

  test('XInclude and schema locations are never followed', async () => {
    const include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" />'
    const xml = process(`<bpmn:task id="a">${extension(include)}</bpmn:task>`).replace(
      'id="D"',
      'id="D" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="u http://example.invalid/x.xsd"',
    )
    expect((await findingsOf(xml)).map(({ code }) => code)).toEqual(['IGNORED_EXTENSION'])
  })

  test.each([
    ['duplicate id', '<bpmn:task id="a" />\n<bpmn:task id="a" />', 'DUPLICATE_ID', 'a', 5],
    ['dangling source', `<bpmn:task id="a" />\n${flow('f', 'no', 'a')}`, 'DANGLING_REFERENCE', 'f', 5],
    ['dangling target', `<bpmn:task id="a" />\n${flow('f', 'a', 'no')}`, 'DANGLING_REFERENCE', 'f', 5],
    [
      'flow into a sub-process',
      `<bpmn:task id="a" /><bpmn:subProcess id="x"><bpmn:task id="i" /></bpmn:subProcess>\n${flow('f', 'a', 'i')}`,
      'FLOW_CROSSES_SCOPE',
      'f',
      5,
    ],
    [
      'boundary event on nothing',
      '<bpmn:task id="a" />\n<bpmn:boundaryEvent id="b" attachedToRef="no"><bpmn:errorEventDefinition /></bpmn:boundaryEvent>',
      'DANGLING_REFERENCE',
      'b',
      5,
    ],
    [
      'a disconnected process',
      '<bpmn:startEvent id="s" />\n<bpmn:task id="a" />',
      'BEGINS_WITHOUT_FLOW',
      'a',
      5,
    ],
  ])('%s is named with its line', async (_name, content, code, elementId, line) => {
    expect((await findingsOf(process(content)))[0]).toMatchObject({ code, elementId, line, column: 1 })
  })

  test.each([
    ['empty text', '', 'got an empty text'],
    ['broken XML', '<bpmn:definitions', 'expected well-formed XML'],
    ['no process', file(''), 'got no process'],
    [
      'a process without id',
      file('<bpmn:process isExecutable="true"><bpmn:task id="a" /></bpmn:process>'),
      'to have an id',
    ],
  ])('%s is refused with the right message', async (_name, xml, message) => {
    expect((await findingsOf(xml))[0]?.message).toContain(message)
  })

  test('thousands of faults give a bounded answer', async () => {
    const findings = await findingsOf(process('<bpmn:serviceTask />'.repeat(5000)))
    expect(findings).toHaveLength(101)
    expect(findings.at(-1)?.code).toBe('TOO_MANY_FINDINGS')
  })

  test('a large process that is fine compiles', async () => {
    const count = limits.definitionElements / 2
    const flows = Array.from({ length: count - 1 }, (_, index) =>
      flow(`f${index}`, `t${index}`, `t${index + 1}`),
    )
    const program = await programOf(process(tasks(count) + flows.join('')))
    expect(program.nodes).toHaveLength(count + 1)
  })
})
