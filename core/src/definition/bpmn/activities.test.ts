import { describe, expect, test } from 'vitest'
import { errorsOf, extension, flow, nodeOf, process, programOf, warningsOf } from './fixtures/bpmn-text.ts'

describe('quantities of tokens', () => {
  const task = (attributes: string): string => `<bpmn:task id="t" ${attributes} />`

  test('are part of the activity when they are not 1', async () => {
    const some = nodeOf(
      await programOf(process(task('startQuantity="2" completionQuantity="3"'))),
      't',
      'pass-task',
    )
    expect(some).toMatchObject({ startQuantity: 2, completionQuantity: 3 })
    const one = nodeOf(await programOf(process(task('startQuantity="1"'))), 't', 'pass-task')
    expect(one).not.toHaveProperty('startQuantity')
    expect(one).not.toHaveProperty('completionQuantity')
  })

  test.each(['0', '-1', '1.5', 'two', '1001'])('are never %s', async (quantity) => {
    expect(await errorsOf(process(task(`startQuantity="${quantity}"`)))).toEqual(['INVALID_VALUE t'])
    expect(await errorsOf(process(task(`completionQuantity="${quantity}"`)))).toEqual(['INVALID_VALUE t'])
  })
})

describe('an ad-hoc sub-process', () => {
  const adHoc = (attributes: string, content: string, more = ''): string =>
    process(`<bpmn:adHocSubProcess id="x" ${attributes}>${content}</bpmn:adHocSubProcess>${more}`)
  const tasks = `<bpmn:task id="a" /><bpmn:task id="b" /><bpmn:task id="c" />${flow('f', 'a', 'c')}`

  test('starts all that no flow leads to, at once', async () => {
    const xml = adHoc('', tasks)
    expect(nodeOf(await programOf(xml), 'x', 'ad-hoc-sub-process')).toEqual({
      id: 'x',
      type: 'ad-hoc-sub-process',
      sourceType: 'adHocSubProcess',
      scope: 'P',
      incoming: [],
      outgoing: [],
      inputs: [],
      outputs: [],
      starts: ['a', 'b'],
      triggeredStarts: [],
      eventSubProcesses: [],
      boundaryEvents: [],
      sequential: false,
      cancelRemaining: true,
    })
    expect(await warningsOf(xml)).toEqual([])
  })

  test('says what is active, in which order, and when it is done', async () => {
    const extensions = extension('<zeebe:adHoc activeElementsCollection="= chosen" />')
    const completion = '<bpmn:completionCondition>= enough</bpmn:completionCondition>'
    const xml = adHoc(
      'ordering="Sequential" cancelRemainingInstances="false"',
      extensions + tasks + completion,
      '<bpmn:boundaryEvent id="e" attachedToRef="x"><bpmn:errorEventDefinition /></bpmn:boundaryEvent>',
    )
    expect(nodeOf(await programOf(xml), 'x', 'ad-hoc-sub-process')).toMatchObject({
      sequential: true,
      activeElements: { feel: 'chosen' },
      completionCondition: { feel: 'enough' },
      cancelRemaining: false,
      boundaryEvents: ['e'],
    })
  })

  test.each([
    ['a start event', `<bpmn:startEvent id="e" />${flow('g', 'e', 'a')}`],
    ['an end event', `<bpmn:endEvent id="e" />${flow('g', 'b', 'e')}`],
  ])('has no %s', async (_name, content) => {
    expect(await errorsOf(adHoc('', tasks + content))).toEqual(['AD_HOC_EVENT e'])
  })
})

describe('listeners', () => {
  const execution = (content: string): string =>
    `<zeebe:executionListeners>${content}</zeebe:executionListeners>`
  const listener = (attributes: string, content = ''): string =>
    `<zeebe:executionListener ${attributes}>${content}</zeebe:executionListener>`
  const onTask = (attributes: string): string =>
    `<zeebe:taskListeners><zeebe:taskListener ${attributes} /></zeebe:taskListeners>`

  test('of elements are jobs at their start and end, in order', async () => {
    const headers = '<zeebe:taskHeaders><zeebe:header key="a" value="1" /></zeebe:taskHeaders>'
    const extensions = execution(
      listener('eventType="start" type="audit" retries="5"', headers) +
        listener('eventType="end" type="= kind" retries="= n"') +
        listener('eventType="start" type="second"'),
    )
    const program = await programOf(
      process(
        `<bpmn:task id="t">${extension(extensions)}</bpmn:task><bpmn:parallelGateway id="g">${extension(execution(listener('eventType="start" type="x"')))}</bpmn:parallelGateway>${flow('f', 't', 'g')}`,
      ),
    )
    expect(nodeOf(program, 't', 'pass-task').listeners).toEqual([
      {
        on: 'start',
        job: { type: { value: 'audit' }, retries: { value: 5 }, headers: { a: '1' } },
      },
      { on: 'end', job: { type: { feel: 'kind' }, retries: { feel: 'n' }, headers: {} } },
      { on: 'start', job: { type: { value: 'second' }, retries: { value: 3 }, headers: {} } },
    ])
    expect(nodeOf(program, 'g', 'parallel-gateway').listeners).toHaveLength(1)
    expect(nodeOf(program, 'P', 'process')).not.toHaveProperty('listeners')
  })

  test('of the process are at its node', async () => {
    const extensions = extension(execution(listener('eventType="end" type="x"')))
    const program = await programOf(process(`${extensions}<bpmn:task id="t" />`))
    expect(nodeOf(program, 'P', 'process').listeners).toMatchObject([{ on: 'end' }])
    expect(nodeOf(program, 't', 'pass-task')).not.toHaveProperty('listeners')
  })

  test.each(['creating', 'assigning', 'updating', 'completing'])(
    'of a user task are jobs while it is %s',
    async (moment) => {
      const xml = process(
        `<bpmn:userTask id="t">${extension(onTask(`eventType="${moment}" type="x"`))}</bpmn:userTask>`,
      )
      expect(nodeOf(await programOf(xml), 't', 'user-task').task.listeners).toEqual([
        { on: moment, job: { type: { value: 'x' }, retries: { value: 3 }, headers: {} } },
      ])
    },
  )

  test.each([
    ['at an unknown moment', execution(listener('eventType="before" type="x"')), 'INVALID_VALUE t'],
    ['without job type', execution(listener('eventType="start"')), 'MISSING_TASK_DEFINITION t'],
    [
      'with broken retries',
      execution(listener('eventType="start" type="x" retries="-1"')),
      'INVALID_VALUE t',
    ],
    ['of a task at an unknown moment', onTask('eventType="start" type="x"'), 'INVALID_VALUE t'],
    ['of a task that is canceled', onTask('eventType="canceling" type="x"'), 'INVALID_VALUE t'],
  ])('are refused %s', async (_name, extensions, error) => {
    expect(await errorsOf(process(`<bpmn:userTask id="t">${extension(extensions)}</bpmn:userTask>`))).toEqual(
      [error],
    )
  })

  test('of user tasks are ignored elsewhere', async () => {
    const xml = process(`<bpmn:task id="t">${extension(onTask('eventType="creating" type="x"'))}</bpmn:task>`)
    expect(await warningsOf(xml)).toEqual(['IGNORED_EXTENSION t'])
  })
})

describe('a business rule task that calls a decision', () => {
  const decision = (attributes: string, more = ''): string =>
    process(
      `<bpmn:businessRuleTask id="t">${extension(`<zeebe:calledDecision ${attributes} />${more}`)}</bpmn:businessRuleTask>`,
    )

  test('is a job of a reserved type whose headers say which', async () => {
    const xml = decision(
      'decisionId="discount" resultVariable="rate" bindingType="versionTag" versionTag="v2"',
      '<zeebe:taskHeaders><zeebe:header key="a" value="1" /></zeebe:taskHeaders>',
    )
    expect(nodeOf(await programOf(xml), 't', 'job-task')).toMatchObject({
      inputs: [],
      job: {
        type: { value: 'braid:decision' },
        retries: { value: 3 },
        headers: {
          a: '1',
          decisionId: 'discount',
          resultVariable: 'rate',
          bindingType: 'versionTag',
          versionTag: 'v2',
        },
      },
    })
  })

  test('has the id in a local variable when that is an expression', async () => {
    const xml = decision(
      'decisionId="= chosen" resultVariable="rate"',
      '<zeebe:ioMapping><zeebe:input source="=1" target="x" /></zeebe:ioMapping>',
    )
    const { inputs, job } = nodeOf(await programOf(xml), 't', 'job-task')
    expect(inputs).toEqual([
      { source: { feel: 'chosen' }, target: 'braidDecisionId' },
      { source: { feel: '1' }, target: 'x' },
    ])
    expect(job.headers).toEqual({ resultVariable: 'rate', bindingType: 'latest' })
  })

  test.each([
    'decisionId="d"',
    'resultVariable="r"',
    'decisionId="d" resultVariable="the result"',
    'decisionId="d" resultVariable="r" bindingType="newest"',
    'decisionId="d" resultVariable="r" bindingType="versionTag"',
  ])('is refused with %s', async (attributes) => {
    expect(await errorsOf(decision(attributes))).toEqual(['INVALID_VALUE t'])
  })
})
