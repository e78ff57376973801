import { describe, expect, test } from 'vitest'
import type { Effect, Trigger } from '../../model/program.ts'
import {
  errorsOf,
  extension,
  findingsOf,
  flow,
  nodeOf,
  process,
  programOf,
  warningsOf,
} from './fixtures/bpmn-text.ts'

const roots = `
  <bpmn:message id="m" name="paid">${extension('<zeebe:subscription correlationKey="=orderId" />')}</bpmn:message>
  <bpmn:message id="plain" name="= &#34;order-&#34; + id" />
  <bpmn:signal id="sg" name="stop" />
  <bpmn:error id="er" name="Broken" errorCode="E1" />
  <bpmn:error id="er0" name="Nameless" />
  <bpmn:escalation id="es" escalationCode="U1" />
  <bpmn:interface id="i" name="i"><bpmn:operation id="op" name="op"><bpmn:inMessageRef>m</bpmn:inMessageRef></bpmn:operation></bpmn:interface>`

const definition = (kind: string, attributes = '', content = ''): string =>
  `<bpmn:${kind}EventDefinition ${attributes}>${content}</bpmn:${kind}EventDefinition>`

const definitions = {
  none: '',
  message: definition('message', 'messageRef="m"'),
  timer: definition('timer', '', '<bpmn:timeDuration>PT1H</bpmn:timeDuration>'),
  signal: definition('signal', 'signalRef="sg"'),
  error: definition('error', 'errorRef="er"'),
  escalation: definition('escalation', 'escalationRef="es"'),
  link: definition('link', 'name="L"'),
  terminate: definition('terminate'),
  compensate: definition('compensate'),
  conditional: definition('conditional', '', '<bpmn:condition>= x</bpmn:condition>'),
  cancel: definition('cancel'),
}
type Kind = keyof typeof definitions
const kinds = Object.keys(definitions) as Kind[]

const transaction = (more: string): string =>
  `<bpmn:transaction id="a"><bpmn:startEvent id="as" />${more}${more === '' ? '' : flow('af', 'as', 'e')}</bpmn:transaction>`

/** An event `e` of one kind at each place of the standard. */
const places = {
  'process start': (inside: string) =>
    `<bpmn:startEvent id="e">${inside}</bpmn:startEvent><bpmn:task id="a" />${flow('f', 'e', 'a')}`,
  'sub-process start': (inside: string) =>
    `<bpmn:subProcess id="x"><bpmn:startEvent id="e">${inside}</bpmn:startEvent></bpmn:subProcess>`,
  'event sub-process start': (inside: string) =>
    `<bpmn:task id="a" /><bpmn:subProcess id="x" triggeredByEvent="true"><bpmn:startEvent id="e">${inside}</bpmn:startEvent></bpmn:subProcess>`,
  'intermediate catch': (inside: string) =>
    `<bpmn:task id="a" /><bpmn:intermediateCatchEvent id="e">${inside}</bpmn:intermediateCatchEvent>${inside.includes('link') ? '' : flow('f', 'a', 'e')}`,
  boundary: (inside: string) =>
    `${inside.includes('cancel') ? transaction('') : '<bpmn:task id="a" />'}<bpmn:boundaryEvent id="e" attachedToRef="a">${inside}</bpmn:boundaryEvent>`,
  'intermediate throw': (inside: string) =>
    `<bpmn:task id="a" /><bpmn:intermediateThrowEvent id="e">${inside}</bpmn:intermediateThrowEvent>${flow('f', 'a', 'e')}
     <bpmn:intermediateCatchEvent id="target">${definitions.link}</bpmn:intermediateCatchEvent>`,
  end: (inside: string) => {
    const end = `<bpmn:endEvent id="e">${inside}</bpmn:endEvent>`
    return inside.includes('cancel') ? transaction(end) : `<bpmn:task id="a" />${end}${flow('f', 'a', 'e')}`
  },
}
type Place = keyof typeof places

/** Where each kind may stand (BPMN 2.0, tables 10.84 to 10.90). */
const legal: Readonly<Record<Place, readonly Kind[]>> = {
  'process start': ['none', 'message', 'timer', 'signal', 'conditional'],
  'sub-process start': ['none'],
  'event sub-process start': [
    'message',
    'timer',
    'signal',
    'error',
    'escalation',
    'conditional',
    'compensate',
  ],
  'intermediate catch': ['message', 'timer', 'signal', 'conditional', 'link'],
  boundary: ['message', 'timer', 'signal', 'error', 'escalation', 'conditional', 'compensate', 'cancel'],
  'intermediate throw': ['none', 'message', 'signal', 'escalation', 'compensate', 'link'],
  end: ['none', 'message', 'signal', 'error', 'escalation', 'compensate', 'cancel', 'terminate'],
}

describe('every kind of event at every place', () => {
  for (const place of Object.keys(places) as Place[]) {
    for (const kind of kinds) {
      const isLegal = legal[place].includes(kind)
      test(`${kind} at ${place} is ${isLegal ? 'compiled' : 'refused'}`, async () => {
        const xml = process(places[place](definitions[kind]), roots)
        const errors = await errorsOf(xml)
        expect(errors).toHaveLength(isLegal ? 0 : 1)
        if (isLegal) return
        expect(errors[0]).toMatch(
          /^(INVALID_EVENT_POSITION|MISSING_TRIGGER|SUB_PROCESS_START|EVENT_SUB_PROCESS_START) e$/,
        )
      })
    }
  }
})

const triggerOf = async (inside: string, place: Place = 'boundary'): Promise<Trigger> => {
  const program = await programOf(process(places[place](inside), roots))
  const node = program.nodes.find(({ id }) => id === 'e')
  if (node === undefined || !('trigger' in node)) throw new Error('no trigger')
  return node.trigger
}

const effectOf = async (inside: string, place: Place = 'end'): Promise<Effect> => {
  const program = await programOf(process(places[place](inside), roots))
  return nodeOf(program, 'e', 'throw-event').effect
}

describe('what catching events wait for', () => {
  test('a message by name and correlation key', async () => {
    const expected = { kind: 'message', name: { value: 'paid' }, correlationKey: { feel: 'orderId' } }
    expect(await triggerOf(definitions.message)).toEqual(expected)
    expect(await triggerOf(definition('message', 'operationRef="op"'))).toEqual(expected)
    expect(await triggerOf(definition('message', '', '<bpmn:operationRef>op</bpmn:operationRef>'))).toEqual(
      expected,
    )
  })

  test('a message by an expression, also without key', async () => {
    expect(await triggerOf(definition('message', 'messageRef="plain"'))).toEqual({
      kind: 'message',
      name: { feel: '"order-" + id' },
    })
  })

  test('a message that starts a process, without key', async () => {
    expect(await triggerOf(definitions.message, 'process start')).toEqual({
      kind: 'message',
      name: { value: 'paid' },
    })
  })

  test('signal, error and escalation', async () => {
    expect(await triggerOf(definitions.signal)).toEqual({ kind: 'signal', name: { value: 'stop' } })
    expect(await triggerOf(definitions.error)).toEqual({ kind: 'error', code: 'E1' })
    expect(await triggerOf(definitions.escalation)).toEqual({ kind: 'escalation', code: 'U1' })
  })

  test('a condition, on every change: a filter of variables is ignored', async () => {
    const filter = extension('<zeebe:conditionalFilter variableNames="x" />')
    const conditional = definition('conditional', '', `${filter}<bpmn:condition>= x > 1</bpmn:condition>`)
    expect(await triggerOf(conditional)).toEqual({ kind: 'conditional', condition: { feel: 'x > 1' } })
    expect(await warningsOf(process(places.boundary(conditional)))).toEqual(['IGNORED_EXTENSION e'])
  })

  test('every error, without reference or without code', async () => {
    expect(await triggerOf(definition('error'))).toEqual({ kind: 'error' })
    const nameless = definition('error', 'errorRef="er0"')
    expect(await triggerOf(nameless)).toEqual({ kind: 'error' })
    expect(await warningsOf(process(places.boundary(nameless), roots))).toEqual(['MISSING_CODE e'])
  })

  test('no error by an expression', async () => {
    const error = '<bpmn:error id="er" errorCode="= x" />'
    expect(await errorsOf(process(places.boundary(definitions.error), error))).toEqual(['INVALID_VALUE e'])
  })
})

describe('what throwing events do', () => {
  test('publish, broadcast, throw, terminate', async () => {
    expect(await effectOf(definitions.message)).toEqual({
      kind: 'message',
      name: { value: 'paid' },
      correlationKey: { feel: 'orderId' },
    })
    expect(await effectOf(definitions.signal)).toEqual({ kind: 'signal', name: { value: 'stop' } })
    expect(await effectOf(definitions.error)).toEqual({ kind: 'error', code: { value: 'E1' } })
    expect(await effectOf(definitions.escalation)).toEqual({ kind: 'escalation', code: { value: 'U1' } })
    expect(await effectOf(definitions.terminate)).toEqual({ kind: 'terminate' })
    expect(await effectOf('')).toEqual({ kind: 'none' })
  })

  test('throw without code, or with one that is evaluated', async () => {
    expect(await effectOf(definition('error'))).toEqual({ kind: 'error', code: { value: '' } })
    const error = '<bpmn:error id="er" errorCode="= code" />'
    const program = await programOf(process(places.end(definitions.error), error))
    expect(nodeOf(program, 'e', 'throw-event').effect).toEqual({ kind: 'error', code: { feel: 'code' } })
  })

  test('are done by a worker when they have a task definition', async () => {
    const job = extension('<zeebe:taskDefinition type="send" retries="5" />')
    expect(await effectOf(job + definitions.message)).toEqual({
      kind: 'job',
      job: { type: { value: 'send' }, retries: { value: 5 }, headers: {} },
    })
  })

  test('publish for a constant time in milliseconds, or not at all for nonsense', async () => {
    const details = (timeToLive: string): string =>
      extension(`<zeebe:publishMessage timeToLive="${timeToLive}" />`) + definitions.message
    expect(await effectOf(details('60000'))).toMatchObject({ timeToLive: { value: 60_000 } })
    expect(await errorsOf(process(places.end(details('a while')), roots))).toEqual(['INVALID_VALUE e'])
  })

  test('publish with the details of zeebe:publishMessage', async () => {
    const details = extension('<zeebe:publishMessage correlationKey="=k" messageId="=i" timeToLive="PT5M" />')
    expect(await effectOf(details + definitions.message)).toEqual({
      kind: 'message',
      name: { value: 'paid' },
      correlationKey: { feel: 'k' },
      messageId: { feel: 'i' },
      timeToLive: { value: 'PT5M' },
    })
  })
})

test.each([
  ['a message event without message', definition('message'), 'MISSING_MESSAGE e'],
  ['a message without name', definition('message', 'messageRef="n"'), 'MISSING_MESSAGE e'],
  ['a signal event without signal', definition('signal'), 'MISSING_SIGNAL e'],
  ['a signal without name', definition('signal', 'signalRef="ns"'), 'MISSING_SIGNAL e'],
  ['a condition that says nothing', definition('conditional'), 'MISSING_TRIGGER e'],
  [
    'a condition that does not parse',
    definition('conditional', '', '<bpmn:condition>= 1 +</bpmn:condition>'),
    'INVALID_EXPRESSION e',
  ],
])('%s is refused', async (_name, inside, error) => {
  const nameless = '<bpmn:message id="n" /><bpmn:signal id="ns" />'
  expect(await errorsOf(process(places.boundary(inside), roots + nameless))).toEqual([error])
})

test('definitions at the top level are referred to', async () => {
  const shared =
    '<bpmn:timerEventDefinition id="t"><bpmn:timeCycle>R3/PT1S</bpmn:timeCycle></bpmn:timerEventDefinition>'
  const start =
    '<bpmn:startEvent id="s"><bpmn:eventDefinitionRef>t</bpmn:eventDefinitionRef></bpmn:startEvent>'
  const program = await programOf(process(start, shared))
  expect(nodeOf(program, 'P', 'process')).toMatchObject({ starts: [], triggeredStarts: ['s'] })
  expect(nodeOf(program, 's', 'start-event').trigger).toEqual({
    kind: 'timer',
    timer: 'cycle',
    value: { value: 'R3/PT1S' },
  })
})

describe('timers', () => {
  const timer = (form: string, text: string): string =>
    definition('timer', '', `<bpmn:${form}>${text}</bpmn:${form}>`)

  test.each([
    ['timeDuration', 'P1D', 'duration'],
    ['timeDuration', 'PT1H30M45S', 'duration'],
    ['timeDuration', ' PT5M\n', 'duration'],
    ['timeDate', '2025-01-01T00:00:00Z', 'date'],
    ['timeCycle', 'R3/PT1S', 'cycle'],
    ['timeCycle', 'R/PT10S', 'cycle'],
    ['timeCycle', 'R/2025-01-01T00:00:00Z/PT1H', 'cycle'],
    ['timeCycle', '0 0 9 ? * *', 'cycle'],
    ['timeCycle', '@daily', 'cycle'],
  ])('%s %j is accepted', async (form, text, kind) => {
    expect(await triggerOf(timer(form, text))).toEqual({
      kind: 'timer',
      timer: kind,
      value: { value: text.trim() },
    })
  })

  test.each(['timeDuration', 'timeDate', 'timeCycle'])('%s may be FEEL', async (form) => {
    expect(await triggerOf(timer(form, '= due + duration("P1D")'))).toMatchObject({
      value: { feel: 'due + duration("P1D")' },
    })
  })

  test.each([
    ['timeDuration', '1H', 'expected an ISO 8601 duration such as PT1H30M or P1D, got "1H"'],
    ['timeDate', '2025-13-45', 'got "2025-13-45": there is no month 13'],
    ['timeCycle', 'R/1H', 'expected an ISO 8601 duration such as PT1H30M or P1D, got "1H"'],
    ['timeDate', 'P1D', 'expected an ISO 8601 date and time'],
    ['timeCycle', 'PT1H', 'expected a cycle such as R3/PT1H'],
    ['timeDuration', 'x'.repeat(1_000_000), `expected a timer duration, got "${'x'.repeat(100)}…"`],
  ])('%s %.20s is refused with the reason', async (form, text, message) => {
    const [finding, ...more] = await findingsOf(process(places.boundary(timer(form, text))))
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'error', code: 'INVALID_TIMER', elementId: 'e', line: 4 })
    expect(finding?.message).toContain(message)
  })

  test('need exactly one value', async () => {
    expect(await errorsOf(process(places.boundary(definition('timer'))))).toEqual(['MISSING_TRIGGER e'])
    expect(await errorsOf(process(places.boundary(timer('timeDate', ' '))))).toEqual(['MISSING_TRIGGER e'])
    const both = definition(
      'timer',
      '',
      '<bpmn:timeDate>2025-01-01</bpmn:timeDate><bpmn:timeDuration>P1D</bpmn:timeDuration>',
    )
    expect(await errorsOf(process(places.boundary(both)))).toEqual(['INVALID_TIMER e'])
  })
})

describe('boundary events', () => {
  const boundary = (attributes: string, inside: string): string =>
    `<bpmn:task id="a" /><bpmn:boundaryEvent id="e" ${attributes}>${inside}</bpmn:boundaryEvent>`

  test('know their host and whether they interrupt it', async () => {
    const program = await programOf(
      process(
        `${boundary('attachedToRef="a"', definitions.timer)}
         <bpmn:boundaryEvent id="n" attachedToRef="a" cancelActivity="false">${definitions.message}</bpmn:boundaryEvent>`,
        roots,
      ),
    )
    expect(nodeOf(program, 'a', 'pass-task').boundaryEvents).toEqual(['e', 'n'])
    expect(nodeOf(program, 'e', 'boundary-event')).toMatchObject({ attachedTo: 'a', interrupting: true })
    expect(nodeOf(program, 'n', 'boundary-event')).toMatchObject({ attachedTo: 'a', interrupting: false })
    expect(nodeOf(program, 'P', 'process').starts).toEqual(['a'])
  })

  test.each([
    ['without host', '', ''],
    ['at an event', 'attachedToRef="s"', '<bpmn:startEvent id="s" />'],
    ['at a gateway', 'attachedToRef="g"', '<bpmn:parallelGateway id="g" />'],
    [
      'in another scope',
      'attachedToRef="i"',
      '<bpmn:subProcess id="x"><bpmn:task id="i" /></bpmn:subProcess>',
    ],
    [
      'at an event sub-process',
      'attachedToRef="x"',
      `<bpmn:subProcess id="x" triggeredByEvent="true"><bpmn:startEvent id="xs">${definitions.timer}</bpmn:startEvent></bpmn:subProcess>`,
    ],
  ])('are refused %s', async (_name, attributes, content) => {
    expect(await errorsOf(process(boundary(attributes, definitions.timer) + content))).toEqual([
      'BOUNDARY_WITHOUT_HOST e',
    ])
  })

  test('that catch errors interrupt', async () => {
    const xml = process(boundary('attachedToRef="a" cancelActivity="false"', definitions.error), roots)
    expect(await errorsOf(xml)).toEqual(['INVALID_EVENT_POSITION e'])
  })
})
