import { describe, expect, test } from 'vitest'
import { errorsOf, findingsOf, flow, nodeOf, process, programOf, warningsOf } from './fixtures/bpmn-text.ts'

const timer =
  '<bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition>'
const error = (reference = ''): string => `<bpmn:errorEventDefinition ${reference} />`
const catchEvent = (id: string, inside = timer): string =>
  `<bpmn:intermediateCatchEvent id="${id}">${inside}</bpmn:intermediateCatchEvent>`
const boundary = (id: string, host: string, inside: string): string =>
  `<bpmn:boundaryEvent id="${id}" attachedToRef="${host}">${inside}</bpmn:boundaryEvent>`
const eventSubProcess = (id: string, ...inside: string[]): string => {
  const starts = inside.map(
    (definition, index) => `<bpmn:startEvent id="${id}${index}">${definition}</bpmn:startEvent>`,
  )
  return `<bpmn:subProcess id="${id}" triggeredByEvent="true">${starts.join('')}<bpmn:task id="${id}t" /></bpmn:subProcess>`
}

describe('event-based gateways', () => {
  const start =
    '<bpmn:startEvent id="s" /><bpmn:eventBasedGateway id="g" /><bpmn:sequenceFlow id="f0" sourceRef="s" targetRef="g" />'

  test('lead to events and receive tasks', async () => {
    const receive = '<bpmn:receiveTask id="b" messageRef="m" />'
    const xml = process(
      start + catchEvent('a') + receive + flow('f1', 'g', 'a') + flow('f2', 'g', 'b'),
      '<bpmn:message id="m" name="m" />',
    )
    expect(await errorsOf(xml)).toEqual([])
  })

  test.each([
    ['nothing', '', 'EVENT_GATEWAY_SUCCESSOR g'],
    ['a task', `<bpmn:task id="a" />${flow('f1', 'g', 'a')}`, 'EVENT_GATEWAY_SUCCESSOR a'],
    ['a gateway', `<bpmn:parallelGateway id="a" />${flow('f1', 'g', 'a')}`, 'EVENT_GATEWAY_SUCCESSOR a'],
    [
      'an event with another way in',
      `${catchEvent('a')}${flow('f1', 'g', 'a')}${flow('f2', 'g', 'a')}`,
      'EVENT_GATEWAY_SUCCESSOR a',
    ],
  ])('are refused before %s', async (_name, content, expected) => {
    expect((await errorsOf(process(start + content)))[0]).toBe(expected)
  })
})

describe('events that catch the same thing', () => {
  const roots =
    '<bpmn:error id="e1" errorCode="X" /><bpmn:error id="e2" errorCode="X" /><bpmn:error id="e3" errorCode="Y" /><bpmn:message id="m" name="m" />'

  test('at one host are refused', async () => {
    const content = (second: string): string =>
      process(
        `<bpmn:task id="a" />${boundary('b1', 'a', error('errorRef="e1"'))}${boundary('b2', 'a', second)}`,
        roots,
      )
    expect(await errorsOf(content(error('errorRef="e2"')))).toEqual(['DUPLICATE_CATCH b2'])
    expect(await errorsOf(content(error('errorRef="e3"')))).toEqual([])
    expect(await errorsOf(content(error()))).toEqual([])
  })

  test('at different hosts are fine', async () => {
    const xml = process(
      `<bpmn:task id="a" /><bpmn:task id="c" />${boundary('b1', 'a', error())}${boundary('b2', 'c', error())}`,
    )
    expect(await warningsOf(xml)).toEqual([])
  })

  test('without codes are only suspicious', async () => {
    const xml = process(`<bpmn:task id="a" />${boundary('b1', 'a', error())}${boundary('b2', 'a', error())}`)
    expect(await warningsOf(xml)).toEqual(['DUPLICATE_CATCH b2'])
  })

  test('at event sub-processes of one scope are refused', async () => {
    const code = error('errorRef="e1"')
    const xml = process(
      `<bpmn:task id="a" />${eventSubProcess('x', code)}${eventSubProcess('y', code)}`,
      roots,
    )
    expect(await errorsOf(xml)).toEqual(['DUPLICATE_CATCH y0'])
  })

  test('at a host and inside it are fine', async () => {
    const code = error('errorRef="e1"')
    const host = `<bpmn:subProcess id="h"><bpmn:task id="a" />${eventSubProcess('x', code)}</bpmn:subProcess>`
    expect(await errorsOf(process(host + boundary('b', 'h', code), roots))).toEqual([])
  })

  test('and start a process are refused', async () => {
    const start = (id: string): string =>
      `<bpmn:startEvent id="${id}"><bpmn:messageEventDefinition messageRef="m" /></bpmn:startEvent>`
    expect(await errorsOf(process(start('a') + start('b'), roots))).toEqual(['DUPLICATE_CATCH b'])
  })
})

describe('starts', () => {
  test('several start events are fine', async () => {
    expect(await warningsOf(process('<bpmn:startEvent id="a" /><bpmn:startEvent id="b" />'))).toEqual([])
  })

  test.each([
    ['no start event', '<bpmn:startEvent id="s" />', []],
    [
      'nothing to begin with',
      `<bpmn:task id="a" /><bpmn:task id="b" />${flow('f', 'a', 'b')}${flow('g', 'b', 'a')}`,
      ['NO_START P'],
    ],
    [
      'a sub-process without beginning',
      `<bpmn:subProcess id="x"><bpmn:task id="a" />${flow('f', 'a', 'a')}</bpmn:subProcess>`,
      ['NO_START x'],
    ],
    [
      'an event sub-process without start event',
      `<bpmn:task id="a" />${eventSubProcess('x')}`,
      ['EVENT_SUB_PROCESS_START x'],
    ],
    [
      'an event sub-process with an unconditional start',
      `<bpmn:task id="a" />${eventSubProcess('x', '')}`,
      ['EVENT_SUB_PROCESS_START x0'],
    ],
    ['an event sub-process with two starts', `<bpmn:task id="a" />${eventSubProcess('x', timer, timer)}`, []],
    [
      'an event sub-process with another start beside one for compensation',
      `<bpmn:task id="a" />${eventSubProcess('x', timer, '<bpmn:compensateEventDefinition />')}`,
      ['EVENT_SUB_PROCESS_START x'],
    ],
    [
      'a sub-process that waits to start',
      `<bpmn:subProcess id="x"><bpmn:startEvent id="s">${timer}</bpmn:startEvent></bpmn:subProcess>`,
      ['SUB_PROCESS_START s'],
    ],
    [
      'an error that does not interrupt',
      `<bpmn:task id="a" /><bpmn:subProcess id="x" triggeredByEvent="true"><bpmn:startEvent id="s" isInterrupting="false">${error()}</bpmn:startEvent></bpmn:subProcess>`,
      ['INVALID_EVENT_POSITION s'],
    ],
  ])('%s', async (_name, content, errors) => {
    expect(await errorsOf(process(content))).toEqual(errors)
  })
})

test('an activity that no flow leads to begins with its scope, which may be a mistake', async () => {
  const xml = process('<bpmn:startEvent id="s" /><bpmn:userTask id="u" />')
  expect(nodeOf(await programOf(xml), 'P', 'process').starts).toEqual(['s', 'u'])
  const [finding] = await findingsOf(xml)
  expect(finding).toMatchObject({ severity: 'warning', code: 'BEGINS_WITHOUT_FLOW', elementId: 'u' })
  expect(finding?.message).toBe('no flow leads to user task "u", so it begins together with process "P"')
})

describe('unreachable parts', () => {
  test('are named once, at their beginning', async () => {
    const xml = process(
      `<bpmn:startEvent id="s" /><bpmn:task id="a" /><bpmn:parallelGateway id="b" /><bpmn:task id="c" />${flow('f', 'b', 'c')}${flow('g', 's', 'a')}
       <bpmn:task id="d" /><bpmn:task id="e" />${flow('h', 'd', 'e')}${flow('i', 'e', 'd')}`,
    )
    expect(await warningsOf(xml)).toEqual(['UNREACHABLE b', 'UNREACHABLE d'])
  })

  test('are not those behind boundary events, event sub-processes, links and implicit starts', async () => {
    const xml = process(
      `<bpmn:task id="a" />${boundary('b', 'a', timer)}<bpmn:task id="c" />${flow('f', 'b', 'c')}${eventSubProcess('x', timer).replace('<bpmn:task id="xt" />', `<bpmn:task id="xt" />${flow('xf', 'x0', 'xt')}`)}
       <bpmn:subProcess id="y"><bpmn:task id="i" /><bpmn:intermediateThrowEvent id="lt"><bpmn:linkEventDefinition name="L" /></bpmn:intermediateThrowEvent>
         ${flow('g', 'i', 'lt')}<bpmn:intermediateCatchEvent id="lc"><bpmn:linkEventDefinition name="L" /></bpmn:intermediateCatchEvent></bpmn:subProcess>`,
    )
    expect(await warningsOf(xml)).toEqual([])
  })
})

test('findings name elements in the words of a modeler', async () => {
  const split = '<bpmn:startEvent id="s" /><bpmn:exclusiveGateway id="g" name="Ok?" /><bpmn:task id="a" />'
  const xml = process(
    `${split}<bpmn:userTask id="u" />${flow('f', 's', 'g')}${flow('f1', 'g', 'a')}${flow('f2', 'g', 'a')}`,
  )
  const messages = (await findingsOf(xml)).map(({ message }) => message)
  expect(messages).toContainEqual(expect.stringContaining('every flow out of exclusive gateway "Ok?"'))
  const lonely = process('<bpmn:startEvent id="s" /><bpmn:parallelGateway id="g" name="All" />')
  expect((await findingsOf(lonely))[0]?.message).toBe('no token can reach parallel gateway "All"')
})
