import { describe, expect, test } from 'vitest'
import type { Program } from '../../model/program.ts'
import { errorsOf, extension, flow, nodeOf, process, programOf, warningsOf } from './fixtures/bpmn-text.ts'

const roots = ['m1', 'm2']
  .map(
    (id) =>
      `<bpmn:message id="${id}" name="${id}">${extension('<zeebe:subscription correlationKey="=order" />')}</bpmn:message>`,
  )
  .join('')
const message = (id: string): string => `<bpmn:messageEventDefinition messageRef="${id}" />`
const timer = '<bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition>'
const conditional =
  '<bpmn:conditionalEventDefinition><bpmn:condition>stock &lt; 1</bpmn:condition></bpmn:conditionalEventDefinition>'
const mapping = extension('<zeebe:ioMapping><zeebe:output source="=id" target="order" /></zeebe:ioMapping>')

/** A gateway before a message and a receive task, both before a join. */
const choice = (attributes: string, more = ''): string =>
  `<bpmn:eventBasedGateway id="g" instantiate="true" ${attributes} />
   <bpmn:intermediateCatchEvent id="a" name="First">${mapping}${message('m1')}</bpmn:intermediateCatchEvent>
   <bpmn:receiveTask id="b" messageRef="m2" />${flow('g1', 'g', 'a')}${flow('g2', 'g', 'b')}
   <bpmn:parallelGateway id="j" />${flow('a1', 'a', 'j')}${flow('b1', 'b', 'j')}${more}`

/** Ids by which tokens may go on from one node. */
const next = (program: Program, id: string): readonly string[] =>
  program.flows.filter(({ source }) => source === id).map(({ target }) => target)

/** Every flow is known at both of its ends. */
function checkEnds(program: Program): void {
  const nodes = new Map(program.nodes.map((node) => [node.id, node]))
  for (const { id, source, target } of program.flows) {
    expect(nodes.get(source)?.outgoing).toContain(id)
    expect(nodes.get(target)?.incoming).toContain(id)
  }
  const known = new Set(program.flows.map(({ id }) => id))
  for (const node of program.nodes)
    for (const id of [...node.incoming, ...node.outgoing]) expect(known).toContain(id)
}

describe('an event-based gateway that starts instances', () => {
  test('makes a start event of each event behind it', async () => {
    const xml = process(choice(''), roots)
    const program = await programOf(xml)
    expect(nodeOf(program, 'P', 'process')).toMatchObject({ starts: [], triggeredStarts: ['a', 'b'] })
    expect(program.nodes.map(({ id }) => id)).toEqual(['P', 'a', 'b', 'j'])
    expect(nodeOf(program, 'a', 'start-event')).toEqual({
      id: 'a',
      name: 'First',
      type: 'start-event',
      sourceType: 'intermediateCatchEvent',
      scope: 'P',
      incoming: [],
      outgoing: ['a1'],
      inputs: [],
      outputs: [{ source: { feel: 'id' }, target: 'order' }],
      trigger: { kind: 'message', name: { value: 'm1' } },
      interrupting: true,
    })
    expect(nodeOf(program, 'b', 'start-event').trigger).toEqual({ kind: 'message', name: { value: 'm2' } })
    checkEnds(program)
    expect(await warningsOf(xml)).toEqual([])
  })

  test('awaits the other events in the instance when it needs all', async () => {
    const xml = process(choice('eventGatewayType="Parallel"'), roots)
    const program = await programOf(xml)
    expect(nodeOf(program, 'P', 'process')).toMatchObject({
      starts: [],
      triggeredStarts: ['start:a', 'start:b'],
    })
    expect(next(program, 'start:a')).toEqual(['a', 'await:b'])
    expect(next(program, 'start:b')).toEqual(['b', 'await:a'])
    expect(next(program, 'await:a')).toEqual(['a'])
    expect(nodeOf(program, 'start:a', 'start-event')).toMatchObject({
      name: 'First',
      trigger: { kind: 'message', name: { value: 'm1' } },
      outputs: [{ source: { feel: 'id' }, target: 'order' }],
    })
    expect(nodeOf(program, 'await:b', 'catch-event').trigger).toEqual({
      kind: 'message',
      name: { value: 'm2' },
      correlationKey: { feel: 'order' },
    })
    // Both ways meet in the drawn event, so that the join behind it still has two flows.
    expect(nodeOf(program, 'a', 'catch-event')).toMatchObject({ trigger: { kind: 'none' }, outputs: [] })
    expect(nodeOf(program, 'j', 'parallel-gateway').incoming).toEqual(['a1', 'b1'])
    checkEnds(program)
    expect(await warningsOf(xml)).toEqual([])
  })

  test('needs a bounded number of events', async () => {
    const events = Array.from(
      { length: 51 },
      (_, index) =>
        `<bpmn:intermediateCatchEvent id="e${index}">${timer}</bpmn:intermediateCatchEvent>${flow(`f${index}`, 'g', `e${index}`)}`,
    )
    const gateway = (type: string): string =>
      process(`<bpmn:eventBasedGateway id="g" instantiate="true" ${type} />${events.join('')}`)
    expect(await errorsOf(gateway(''))).toEqual([])
    expect(await errorsOf(gateway('eventGatewayType="Parallel"'))).toEqual(['DOCUMENT_TOO_COMPLEX g'])
  })

  test('awaits what is no message, and is not started by it', async () => {
    const more = `<bpmn:intermediateCatchEvent id="t">${timer}</bpmn:intermediateCatchEvent>${flow('g3', 'g', 't')}`
    const program = await programOf(process(choice('eventGatewayType="Parallel"', more), roots))
    const { triggeredStarts } = nodeOf(program, 'P', 'process')
    expect(triggeredStarts).toEqual(['start:a', 'start:b'])
    expect(next(program, 'start:b')).toEqual(['b', 'await:a', 'await:t'])
    expect(next(program, 'await:t')).toEqual(['t'])
    checkEnds(program)
  })

  test.each([
    [
      'a flow leads to it',
      choice('', `<bpmn:startEvent id="s" />${flow('f', 's', 'g')}`),
      'FLOW_NOT_ACCEPTED f',
    ],
    [
      'it stands in a sub-process',
      `<bpmn:subProcess id="x">${choice('')}</bpmn:subProcess>`,
      'SUB_PROCESS_START g',
    ],
    [
      'an activity behind it has boundary events',
      choice('', `<bpmn:boundaryEvent id="t" attachedToRef="b">${timer}</bpmn:boundaryEvent>`),
      'INVALID_EVENT_POSITION b',
    ],
  ])('is refused when %s', async (_name, content, error) => {
    expect(await errorsOf(process(content, roots))).toEqual([error])
  })
})

describe('a receive task that starts instances', () => {
  const receive = (attributes = '', content = ''): string =>
    `<bpmn:receiveTask id="b" messageRef="m1" instantiate="true" ${attributes}>${content}</bpmn:receiveTask>`

  test('is a start event', async () => {
    const program = await programOf(process(`${receive()}<bpmn:task id="t" />${flow('f', 'b', 't')}`, roots))
    expect(nodeOf(program, 'P', 'process')).toMatchObject({ starts: [], triggeredStarts: ['b'] })
    expect(nodeOf(program, 'b', 'start-event')).toMatchObject({
      sourceType: 'receiveTask',
      outgoing: ['f'],
      trigger: { kind: 'message', name: { value: 'm1' } },
    })
  })

  test('may stand behind a gateway that does so', async () => {
    const behind = choice('').replace('<bpmn:receiveTask', '<bpmn:receiveTask instantiate="true"')
    const { triggeredStarts } = nodeOf(await programOf(process(behind, roots)), 'P', 'process')
    expect(triggeredStarts).toEqual(['a', 'b'])
  })

  test('runs once, before everything else', async () => {
    const loop =
      '<bpmn:standardLoopCharacteristics><bpmn:loopCondition>x</bpmn:loopCondition></bpmn:standardLoopCharacteristics>'
    expect(await errorsOf(process(receive('', loop), roots))).toEqual(['INVALID_LOOP b'])
    const late = `<bpmn:startEvent id="s" />${receive()}${flow('f', 's', 'b')}`
    expect(await errorsOf(process(late, roots))).toEqual(['FLOW_NOT_ACCEPTED f'])
  })
})

describe('start events', () => {
  test('of several kinds stand in one process, with and without trigger', async () => {
    const start = (id: string, inside: string): string =>
      `<bpmn:startEvent id="${id}">${inside}</bpmn:startEvent>`
    const content = start('s', '') + start('m', message('m1')) + start('t', timer) + start('c', conditional)
    const program = await programOf(process(content, roots))
    expect(nodeOf(program, 'P', 'process')).toMatchObject({ starts: ['s'], triggeredStarts: ['m', 't', 'c'] })
    expect(nodeOf(program, 'c', 'start-event').trigger).toEqual({
      kind: 'conditional',
      condition: { feel: 'stock < 1' },
    })
  })

  test('start with the first of several things', async () => {
    const xml = process(
      `<bpmn:startEvent id="s">${message('m1')}${timer}${conditional}</bpmn:startEvent>`,
      roots,
    )
    expect(nodeOf(await programOf(xml), 's', 'start-event').trigger).toEqual({
      kind: 'multiple',
      parallel: false,
      triggers: [
        { kind: 'message', name: { value: 'm1' } },
        { kind: 'timer', timer: 'cycle', value: { value: 'R/PT1H' } },
        { kind: 'conditional', condition: { feel: 'stock < 1' } },
      ],
    })
  })

  test('that need all of several things start with each message, and await the rest', async () => {
    const content = `<bpmn:startEvent id="s" parallelMultiple="true">${message('m1')}${message('m2')}${timer}</bpmn:startEvent>
      <bpmn:task id="t" />${flow('f', 's', 't')}`
    const xml = process(content, roots)
    const program = await programOf(xml)
    const { triggeredStarts } = nodeOf(program, 'P', 'process')
    expect(triggeredStarts).toEqual(['start:s:0', 'start:s:1'])
    expect(nodeOf(program, 'start:s:1', 'start-event').trigger).toEqual({
      kind: 'message',
      name: { value: 'm2' },
    })
    expect(next(program, 'start:s:1')).toEqual(['await:s:1'])
    expect(nodeOf(program, 'await:s:1', 'catch-event').trigger).toMatchObject({
      kind: 'multiple',
      parallel: true,
      triggers: [{ name: { value: 'm1' }, correlationKey: { feel: 'order' } }, { kind: 'timer' }],
    })
    expect(next(program, 'await:s:1')).toEqual(['s'])
    expect(nodeOf(program, 's', 'catch-event')).toMatchObject({ trigger: { kind: 'none' }, outgoing: ['f'] })
    checkEnds(program)
    expect(await warningsOf(xml)).toEqual([])
  })

  test('that need several things but no message start with each', async () => {
    const xml = process(
      `<bpmn:startEvent id="s" parallelMultiple="true">${conditional}${timer}</bpmn:startEvent>`,
    )
    const program = await programOf(xml)
    expect(nodeOf(program, 'P', 'process').triggeredStarts).toEqual(['start:s:0', 'start:s:1'])
    expect(nodeOf(program, 'await:s:0', 'catch-event').trigger).toMatchObject({ kind: 'timer' })
    expect(nodeOf(program, 'await:s:1', 'catch-event').trigger).toMatchObject({ kind: 'conditional' })
    checkEnds(program)
  })
})
