import { describe, expect, test } from 'vitest'
import type { LoopSpec } from '../../model/program.ts'
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

const roots = `<bpmn:signal id="sg" name="stop" /><bpmn:escalation id="es" escalationCode="U1" />
  <bpmn:signalEventDefinition id="stopped" signalRef="sg" /><bpmn:escalationEventDefinition id="raised" escalationRef="es" />
  <bpmn:timerEventDefinition id="tick"><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition>`

const looped = (loop: string, inside = '', attributes = ''): string =>
  `<bpmn:task id="t" ${attributes}>${inside}${loop}</bpmn:task>`

const multiInstance = (zeebe: string, content = '', attributes = ''): string =>
  `<bpmn:multiInstanceLoopCharacteristics ${attributes}>${zeebe === '' ? '' : extension(`<zeebe:loopCharacteristics ${zeebe} />`)}${content}</bpmn:multiInstanceLoopCharacteristics>`

const standard = (condition: string | undefined, attributes = ''): string =>
  `<bpmn:standardLoopCharacteristics ${attributes}>${condition === undefined ? '' : `<bpmn:loopCondition>${condition}</bpmn:loopCondition>`}</bpmn:standardLoopCharacteristics>`

const cardinality = (text: string): string => `<bpmn:loopCardinality>${text}</bpmn:loopCardinality>`

const loopOf = async (loop: string, inside = '', content = ''): Promise<LoopSpec> =>
  nodeOf(await programOf(process(looped(loop, inside) + content, roots)), 't', 'loop').loop

describe('a looped activity', () => {
  test('is a node around the activity, which keeps mappings and listeners', async () => {
    const extensions = extension(
      `<zeebe:taskDefinition type="pack" /><zeebe:ioMapping><zeebe:input source="=parcel" target="p" /></zeebe:ioMapping>
       <zeebe:executionListeners><zeebe:executionListener eventType="end" type="packed" /></zeebe:executionListeners>`,
    )
    const content = `<bpmn:startEvent id="s" /><bpmn:serviceTask id="t" name="Pack" default="f2" completionQuantity="3">${extensions}
      ${multiInstance('inputCollection="= parcels" inputElement="parcel"')}</bpmn:serviceTask>
      <bpmn:boundaryEvent id="b" attachedToRef="t"><bpmn:errorEventDefinition /></bpmn:boundaryEvent>
      <bpmn:task id="e" />${flow('f1', 's', 't')}${flow('f2', 't', 'e')}`
    const program = await programOf(process(content))
    const common = { id: 't', name: 'Pack', sourceType: 'serviceTask', scope: 'P' }
    expect(nodeOf(program, 't', 'loop')).toEqual({
      ...common,
      type: 'loop',
      incoming: ['f1'],
      outgoing: ['f2'],
      defaultFlow: 'f2',
      inputs: [],
      outputs: [],
      boundaryEvents: ['b'],
      completionQuantity: 3,
      loop: {
        kind: 'multi-instance',
        sequential: false,
        collection: { feel: 'parcels' },
        inputElement: 'parcel',
        events: [],
      },
      activity: {
        ...common,
        type: 'job-task',
        incoming: [],
        outgoing: [],
        inputs: [{ source: { feel: 'parcel' }, target: 'p' }],
        outputs: [],
        listeners: [{ on: 'end', job: { type: { value: 'packed' }, retries: { value: 3 }, headers: {} } }],
        boundaryEvents: [],
        job: { type: { value: 'pack' }, retries: { value: 3 }, headers: {} },
      },
    })
  })

  test('may be a sub-process, whose parts lie in the scope of its id', async () => {
    const content = `<bpmn:subProcess id="t">${multiInstance('', cardinality('2'))}<bpmn:startEvent id="s" /><bpmn:task id="i" />${flow('f', 's', 'i')}</bpmn:subProcess>`
    const program = await programOf(process(content))
    expect(nodeOf(program, 't', 'loop').activity).toMatchObject({ type: 'sub-process', starts: ['s'] })
    expect(nodeOf(program, 'i', 'pass-task').scope).toBe('t')
    expect(await warningsOf(process(content))).toEqual([])
  })

  test('is no event sub-process', async () => {
    const start = '<bpmn:startEvent id="s"><bpmn:signalEventDefinition signalRef="sg" /></bpmn:startEvent>'
    const content = `<bpmn:task id="a" /><bpmn:subProcess id="x" triggeredByEvent="true">${standard('x')}${start}</bpmn:subProcess>`
    expect(await errorsOf(process(content, roots))).toEqual(['INVALID_LOOP x'])
  })
})

describe('multi-instance', () => {
  test('collects results and may end early', async () => {
    const zeebe = 'inputCollection="=items" outputCollection="results" outputElement="= r"'
    const completion = '<bpmn:completionCondition>= numberOfCompletedInstances > 2</bpmn:completionCondition>'
    expect(await loopOf(multiInstance(zeebe, completion, 'isSequential="true"'))).toEqual({
      kind: 'multi-instance',
      sequential: true,
      collection: { feel: 'items' },
      outputCollection: 'results',
      outputElement: { feel: 'r' },
      completionCondition: { feel: 'numberOfCompletedInstances > 2' },
      events: [],
    })
  })

  test.each([
    ['3', { value: 3 }],
    ['= 0', { value: 0 }],
    ['= n + 1', { feel: 'n + 1' }],
    ['n', { feel: 'n' }],
  ])('runs as often as the cardinality %s says', async (text, expected) => {
    expect(await loopOf(multiInstance('', cardinality(text)))).toMatchObject({ cardinality: expected })
  })

  test.each(['-1', '= -3', '2.5', '+0.1'])('never %s times', async (text) => {
    const [finding, ...more] = await findingsOf(process(looped(multiInstance('', cardinality(text)))))
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'error', code: 'INVALID_LOOP', elementId: 't', line: 4 })
    expect(finding?.message).toMatch(
      /^expected the loop cardinality to be a whole number from 0 of task "t", got /,
    )
  })

  test('takes the data of the standard', async () => {
    const data = `<bpmn:ioSpecification><bpmn:dataInput id="in" name="orders" /><bpmn:dataOutput id="out" name="bills" /><bpmn:inputSet /><bpmn:outputSet /></bpmn:ioSpecification>`
    const loop = `<bpmn:loopDataInputRef>in</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>out</bpmn:loopDataOutputRef>
      <bpmn:inputDataItem id="ii" name="order" /><bpmn:outputDataItem id="oi" name="bill" />`
    const expected = {
      collection: { feel: 'orders' },
      inputElement: 'order',
      outputCollection: 'bills',
      outputElement: { feel: 'bill' },
    }
    expect(await loopOf(multiInstance('', loop), data)).toMatchObject(expected)
  })

  test('takes data objects as a whole, not in each run', async () => {
    const data = `<bpmn:ioSpecification><bpmn:dataInput id="in" name="Orders in" /><bpmn:inputSet /><bpmn:outputSet /></bpmn:ioSpecification>
      <bpmn:dataInputAssociation><bpmn:sourceRef>ref</bpmn:sourceRef><bpmn:targetRef>in</bpmn:targetRef></bpmn:dataInputAssociation>`
    const loop = multiInstance('inputElement="order"', '<bpmn:loopDataInputRef>in</bpmn:loopDataInputRef>')
    const objects =
      '<bpmn:dataObject id="o" name="orders" /><bpmn:dataObjectReference id="ref" dataObjectRef="o" />'
    const node = nodeOf(await programOf(process(looped(loop, data) + objects)), 't', 'loop')
    expect(node.loop).toMatchObject({ collection: { feel: 'orders' }, inputElement: 'order' })
    expect(node.activity.inputs).toEqual([])
  })

  test('takes variables by name where the file has nothing of that id', async () => {
    const loop = `<bpmn:loopDataInputRef>orders</bpmn:loopDataInputRef><bpmn:inputDataItem name="order" />`
    const xml = process(looped(multiInstance('', loop)))
    expect(nodeOf(await programOf(xml), 't', 'loop').loop).toMatchObject({
      collection: { feel: 'orders' },
      inputElement: 'order',
    })
    expect(await warningsOf(xml)).toEqual([])
  })

  test.each([
    ['neither collection nor cardinality', ''],
    ['an output collection without element', 'inputCollection="=a" outputCollection="r"'],
    ['an output element without collection', 'inputCollection="=a" outputElement="=r"'],
    ['a path as input element', 'inputCollection="=a" inputElement="a.b"'],
    ['words as output collection', 'inputCollection="=a" outputCollection="the results" outputElement="=r"'],
  ])('is refused with %s', async (_name, zeebe) => {
    expect(new Set(await errorsOf(process(looped(multiInstance(zeebe)))))).toEqual(
      new Set(['INVALID_LOOP t']),
    )
  })

  test('is refused with both collection and cardinality, and with a broken expression', async () => {
    const both = multiInstance('inputCollection="=a"', cardinality('2'))
    expect(await errorsOf(process(looped(both)))).toEqual(['INVALID_LOOP t'])
    expect(await errorsOf(process(looped(multiInstance('inputCollection="= [1"'))))).toEqual([
      'INVALID_EXPRESSION t',
    ])
  })
})

describe('items that a job gives', () => {
  const stream = (attributes: string): string =>
    `<braid:stream xmlns:braid="urn:braid:bpmn:1.0" ${attributes} />`
  const streamed = (inside: string, content = '', attributes = ''): string =>
    `<bpmn:multiInstanceLoopCharacteristics ${attributes}>${extension(inside)}${content}</bpmn:multiInstanceLoopCharacteristics>`

  test('come instead of a collection, with mappings and headers of the loop', async () => {
    const inside = `${stream('type="split" retries="=tries"')}<zeebe:loopCharacteristics inputElement="part" />
      <zeebe:taskHeaders><zeebe:header key="size" value="10" /></zeebe:taskHeaders>
      <zeebe:ioMapping><zeebe:input source="=document" target="text" /><zeebe:output source="=sum" target="total" /></zeebe:ioMapping>`
    const xml = process(looped(streamed(inside)))
    const node = nodeOf(await programOf(xml), 't', 'loop')
    expect(node).toMatchObject({
      inputs: [{ source: { feel: 'document' }, target: 'text' }],
      outputs: [{ source: { feel: 'sum' }, target: 'total' }],
      loop: {
        kind: 'multi-instance',
        sequential: false,
        stream: { type: { value: 'split' }, retries: { feel: 'tries' }, headers: { size: '10' } },
        inputElement: 'part',
      },
      activity: { inputs: [], outputs: [] },
    })
    expect(await warningsOf(xml)).toEqual([])
  })

  test.each([
    ['without a type', stream(''), '', 'MISSING_TASK_DEFINITION t'],
    ['with wrong retries', stream('type="x" retries="many"'), '', 'INVALID_VALUE t'],
    ['one after the other', stream('type="x"'), 'isSequential="true"', 'INVALID_LOOP t'],
    ['twice', stream('type="x"') + stream('type="y"'), '', 'INVALID_LOOP t'],
    [
      'beside a collection',
      `${stream('type="x"')}<zeebe:loopCharacteristics inputCollection="=a" />`,
      '',
      'INVALID_LOOP t',
    ],
  ])('are refused %s', async (_name, inside, attributes, expected) => {
    expect(await errorsOf(process(looped(streamed(inside, '', attributes))))).toEqual([expected])
  })

  test('are what mappings of a loop are for', async () => {
    const mapping = '<zeebe:ioMapping><zeebe:input source="=a" target="b" /></zeebe:ioMapping>'
    const xml = process(looped(streamed(mapping, cardinality('2'))))
    expect(await warningsOf(xml)).toEqual(['IGNORED_EXTENSION t'])
    expect(nodeOf(await programOf(xml), 't', 'loop').inputs).toEqual([])
  })
})

describe('the events of runs', () => {
  const eventsOf = async (attributes: string, content = ''): Promise<unknown> => {
    const loop = await loopOf(multiInstance('', cardinality('3') + content, attributes))
    return loop.kind === 'multi-instance' ? loop.events : undefined
  }
  const stop = { kind: 'signal', name: { value: 'stop' } }

  test('are thrown for each run, for the first, or for none', async () => {
    expect(await eventsOf('behavior="None" noneBehaviorEventRef="stopped"')).toEqual([
      { after: 'each', effect: stop },
    ])
    expect(await eventsOf('behavior="One" oneBehaviorEventRef="raised"')).toEqual([
      { after: 'first', effect: { kind: 'escalation', code: { value: 'U1' } } },
    ])
    expect(await eventsOf('behavior="All" noneBehaviorEventRef="stopped"')).toEqual([])
    expect(await eventsOf('')).toEqual([])
  })

  test('are thrown where a condition holds', async () => {
    const behavior = (condition: string, definition: string): string =>
      `<bpmn:complexBehaviorDefinition><bpmn:condition>${condition}</bpmn:condition><bpmn:event>${definition}</bpmn:event></bpmn:complexBehaviorDefinition>`
    const content =
      behavior('= bad > 1', '<bpmn:signalEventDefinition signalRef="sg" />') +
      behavior('late', '<bpmn:eventDefinitionRef>raised</bpmn:eventDefinitionRef>')
    expect(await eventsOf('behavior="Complex"', content)).toEqual([
      { after: 'each', condition: { feel: 'bad > 1' }, effect: stop },
      {
        after: 'each',
        condition: { feel: 'late' },
        effect: { kind: 'escalation', code: { value: 'U1' } },
      },
    ])
  })

  test.each([
    ['none without event', 'behavior="None"', '', 'INVALID_LOOP t'],
    ['one without event', 'behavior="One" noneBehaviorEventRef="stopped"', '', 'INVALID_LOOP t'],
    ['a timer', 'behavior="None" noneBehaviorEventRef="tick"', '', 'INVALID_EVENT_POSITION t'],
    [
      'complex without condition',
      'behavior="Complex"',
      '<bpmn:complexBehaviorDefinition><bpmn:event /></bpmn:complexBehaviorDefinition>',
      'INVALID_LOOP t',
    ],
    [
      'too many',
      'behavior="Complex"',
      '<bpmn:complexBehaviorDefinition><bpmn:condition>x</bpmn:condition></bpmn:complexBehaviorDefinition>'.repeat(
        51,
      ),
      'INVALID_LOOP t',
    ],
    ['an unknown event', 'behavior="None" noneBehaviorEventRef="nothing"', '', 'DANGLING_REFERENCE t'],
  ])('are refused when they are %s', async (_name, attributes, content, error) => {
    const errors = await errorsOf(
      process(looped(multiInstance('', cardinality('3') + content, attributes)), roots),
    )
    expect(errors[0]).toBe(error)
  })

  test('do not end the activity whose boundary event catches them', async () => {
    const boundary = (id: string, definition: string): string =>
      `<bpmn:boundaryEvent id="${id}" attachedToRef="t">${definition}</bpmn:boundaryEvent>`
    const loop = multiInstance('', cardinality('3'), 'behavior="None" noneBehaviorEventRef="stopped"')
    const program = await programOf(
      process(
        looped(loop) +
          boundary('same', '<bpmn:signalEventDefinition signalRef="sg" />') +
          boundary('shared', '<bpmn:eventDefinitionRef>stopped</bpmn:eventDefinitionRef>') +
          boundary('other', '<bpmn:signalEventDefinition signalRef="sg2" />'),
        `${roots}<bpmn:signal id="sg2" name="other" />`,
      ),
    )
    const interrupting = ['same', 'shared', 'other'].map(
      (id) => nodeOf(program, id, 'boundary-event').interrupting,
    )
    expect(interrupting).toEqual([false, false, true])
  })
})

describe('a standard loop', () => {
  test('goes on while its condition holds, up to a maximum', async () => {
    expect(await loopOf(standard('= n &lt; 3'))).toEqual({
      kind: 'standard',
      condition: { feel: 'n < 3' },
      testBefore: false,
    })
    expect(await loopOf(standard('true', 'testBefore="true" loopMaximum="5"'))).toEqual({
      kind: 'standard',
      condition: { feel: 'true' },
      testBefore: true,
      maximum: { value: 5 },
    })
    expect(await loopOf(standard(undefined, 'loopMaximum="2"'))).toEqual({
      kind: 'standard',
      testBefore: false,
      maximum: { value: 2 },
    })
  })

  test.each([
    ['neither condition nor maximum', undefined, '', 'INVALID_LOOP t'],
    ['a negative maximum', 'true', 'loopMaximum="-1"', 'INVALID_LOOP t'],
    ['a broken maximum', 'true', 'loopMaximum="1.5"', 'INVALID_LOOP t'],
    ['a broken condition', '= 1 +', '', 'INVALID_EXPRESSION t'],
  ])('is refused with %s', async (_name, condition, attributes, error) => {
    expect(await errorsOf(process(looped(standard(condition, attributes))))).toEqual([error])
  })
})
