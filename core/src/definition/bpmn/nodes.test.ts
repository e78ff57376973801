import { describe, expect, test } from 'vitest'
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

const message = `<bpmn:message id="m" name="hello">${extension('<zeebe:subscription correlationKey="=key" />')}</bpmn:message>`

const task = (type: string, extensions = '', attributes = '', content = ''): string =>
  `<bpmn:${type} id="t" ${attributes}>${extensions === '' ? '' : extension(extensions)}${content}</bpmn:${type}>`

const job = '<zeebe:taskDefinition type="ship" />'

describe('common parts', () => {
  test('name, source type, scope, flows and mappings', async () => {
    const mapping = `<zeebe:ioMapping><zeebe:input source="=order.id" target="id" />
      <zeebe:input source="fixed" target="a.b" /><zeebe:output source="= result" target="order.result" /></zeebe:ioMapping>`
    const program = await programOf(
      process(
        `${task('serviceTask', job + mapping, 'name="Ship it"')}<bpmn:endEvent id="e" />${flow('f', 't', 'e')}`,
      ),
    )
    expect(nodeOf(program, 't', 'job-task')).toEqual({
      id: 't',
      name: 'Ship it',
      type: 'job-task',
      sourceType: 'serviceTask',
      scope: 'P',
      incoming: [],
      outgoing: ['f'],
      inputs: [
        { source: { feel: 'order.id' }, target: 'id' },
        { source: { value: 'fixed' }, target: 'a.b' },
      ],
      outputs: [{ source: { feel: 'result' }, target: 'order.result' }],
      boundaryEvents: [],
      job: { type: { value: 'ship' }, retries: { value: 3 }, headers: {} },
    })
  })

  test.each(['', '1a', 'a..b', 'a b', '__proto__', 'a.__proto__.b', 'a-b', 'a.'])(
    'a mapping to "%s" is refused',
    async (target) => {
      const mapping = `<zeebe:ioMapping><zeebe:input source="=1" target="${target}" /></zeebe:ioMapping>`
      expect(await errorsOf(process(task('serviceTask', job + mapping)))).toEqual(['INVALID_MAPPING t'])
    },
  )

  test('a mapping without source or with a broken one is refused', async () => {
    const mapping = (attributes: string): string =>
      process(
        task(
          'serviceTask',
          `${job}<zeebe:ioMapping><zeebe:input ${attributes} target="a" /></zeebe:ioMapping>`,
        ),
      )
    expect(await errorsOf(mapping(''))).toEqual(['INVALID_MAPPING t'])
    expect(await errorsOf(mapping('source="= 1 +"'))).toEqual(['INVALID_EXPRESSION t'])
  })

  test('a gateway has no mappings', async () => {
    const mapping = extension('<zeebe:ioMapping><zeebe:input source="=1" target="a" /></zeebe:ioMapping>')
    const xml = process(`<bpmn:parallelGateway id="g">${mapping}</bpmn:parallelGateway>`)
    expect(await errorsOf(xml)).toEqual(['INVALID_MAPPING g'])
  })
})

describe('tasks', () => {
  test.each(['task', 'manualTask'])('a %s passes through', async (type) => {
    expect(nodeOf(await programOf(process(task(type))), 't', 'pass-task').sourceType).toBe(type)
  })

  test.each(['serviceTask', 'sendTask', 'scriptTask', 'businessRuleTask'])(
    'a %s with a definition is a job',
    async (type) => {
      const headers =
        '<zeebe:taskHeaders><zeebe:header key="a" value="1" /><zeebe:header key="__proto__" value="2" /></zeebe:taskHeaders>'
      const xml = process(task(type, `<zeebe:taskDefinition type="= kind" retries="= n" />${headers}`))
      const { job: spec } = nodeOf(await programOf(xml), 't', 'job-task')
      expect(spec).toMatchObject({ type: { feel: 'kind' }, retries: { feel: 'n' } })
      expect(Object.entries(spec.headers)).toEqual([
        ['a', '1'],
        ['__proto__', '2'],
      ])
    },
  )

  test.each(['serviceTask', 'sendTask', 'scriptTask', 'businessRuleTask'])(
    'a %s without anything to do is refused',
    async (type) => {
      expect(await errorsOf(process(task(type)))).toEqual(['MISSING_TASK_DEFINITION t'])
      expect(await errorsOf(process(task(type, '<zeebe:taskDefinition type=" " />')))).toEqual([
        'MISSING_TASK_DEFINITION t',
      ])
    },
  )

  test.each(['-1', 'many', '1.5', '99999999'])('retries "%s" are refused', async (retries) => {
    const xml = process(task('serviceTask', `<zeebe:taskDefinition type="x" retries="${retries}" />`))
    expect(await errorsOf(xml)).toEqual(['INVALID_VALUE t'])
  })

  test('a job has a priority and an error for its failure, where it says so', async () => {
    const failure = (attributes: string) => `<braid:failure xmlns:braid="urn:braid:bpmn:1.0" ${attributes} />`
    const priority = (text: string) => `<zeebe:jobPriorityDefinition priority="${text}" />`
    const job = (inside: string) => process(task('serviceTask', `<zeebe:taskDefinition type="x" />${inside}`))
    const xml = job(priority('= rank') + failure('errorCode="LOST"'))
    expect(nodeOf(await programOf(xml), 't', 'job-task').job).toMatchObject({
      priority: { feel: 'rank' },
      failureCode: 'LOST',
    })
    const plain = nodeOf(await programOf(job(priority('0'))), 't', 'job-task').job
    expect(Object.keys(plain)).toEqual(['type', 'retries', 'headers'])
    expect(await errorsOf(job(priority('1.5')))).toEqual(['INVALID_VALUE t'])
    expect(await errorsOf(job(failure('')))).toEqual(['INVALID_VALUE t'])
  })

  test('a script of the standard is a job that carries it', async () => {
    const xml = process(
      task('scriptTask', '', 'scriptFormat="javascript"', '<bpmn:script><![CDATA[a < b]]></bpmn:script>'),
    )
    expect(nodeOf(await programOf(xml), 't', 'job-task').job).toEqual({
      type: { value: 'braid:script' },
      retries: { value: 3 },
      headers: { scriptFormat: 'javascript', script: 'a < b' },
    })
  })

  test('a script has the headers that are written beside it, but no other language or source', async () => {
    const header = (key: string, value: string) => `<zeebe:header key="${key}" value="${value}" />`
    const headers = `<zeebe:taskHeaders>${header('timeoutMs', '5000')}${header('script', 'other')}</zeebe:taskHeaders>`
    const failure = '<braid:failure xmlns:braid="urn:braid:bpmn:1.0" errorCode="BROKEN" />'
    const xml = process(
      task('scriptTask', headers + failure, 'scriptFormat="python"', '<bpmn:script>x = 1</bpmn:script>'),
    )
    expect(nodeOf(await programOf(xml), 't', 'job-task').job).toMatchObject({
      headers: { scriptFormat: 'python', script: 'x = 1', timeoutMs: '5000' },
      failureCode: 'BROKEN',
    })
  })

  test('a FEEL script is evaluated by the engine', async () => {
    const xml = process(task('scriptTask', '<zeebe:script expression="= a + b" resultVariable="sum" />'))
    expect(nodeOf(await programOf(xml), 't', 'expression-task')).toMatchObject({
      expression: { feel: 'a + b' },
      resultVariable: 'sum',
    })
    const nowhere = process(task('scriptTask', '<zeebe:script expression="= a" />'))
    expect(await errorsOf(nowhere)).toEqual(['INVALID_VALUE t'])
  })

  test('a send task publishes its message', async () => {
    const xml = process(task('sendTask', '', 'messageRef="m"'), message)
    expect(nodeOf(await programOf(xml), 't', 'send-task').effect).toEqual({
      kind: 'message',
      name: { value: 'hello' },
      correlationKey: { feel: 'key' },
    })
  })

  test('a receive task waits for its message', async () => {
    const xml = process(task('receiveTask', '', 'messageRef="m"'), message)
    expect(nodeOf(await programOf(xml), 't', 'receive-task').trigger).toEqual({
      kind: 'message',
      name: { value: 'hello' },
      correlationKey: { feel: 'key' },
    })
    expect(await errorsOf(process(task('receiveTask')))).toEqual(['MISSING_MESSAGE t'])
  })
})

describe('user tasks', () => {
  test('know who, when, how important and with which form', async () => {
    const xml = process(
      task(
        'userTask',
        `<zeebe:userTask /><zeebe:assignmentDefinition assignee="=owner" candidateUsers="ann, bob," candidateGroups="= groups" />
         <zeebe:taskSchedule dueDate="2025-01-31T09:00:00Z" followUpDate="= start" /><zeebe:priorityDefinition priority="70" />
         <zeebe:formDefinition formId="form" bindingType="versionTag" versionTag="v1" />
         <zeebe:taskHeaders><zeebe:header key="a" value="b" /></zeebe:taskHeaders>`,
      ),
    )
    expect(nodeOf(await programOf(xml), 't', 'user-task').task).toEqual({
      assignee: { feel: 'owner' },
      candidateUsers: { value: ['ann', 'bob'] },
      candidateGroups: { feel: 'groups' },
      dueDate: { value: '2025-01-31T09:00:00Z' },
      followUpDate: { feel: 'start' },
      priority: { value: 70 },
      formId: 'form',
      formBinding: 'versionTag',
      formVersionTag: 'v1',
      headers: { a: 'b' },
    })
  })

  test('need nothing of that', async () => {
    expect(nodeOf(await programOf(process(task('userTask'))), 't', 'user-task').task).toEqual({ headers: {} })
  })

  test.each(['externalReference', 'formKey'])('name a form of another system by %s', async (attribute) => {
    const xml = process(task('userTask', `<zeebe:formDefinition ${attribute}="= form" />`))
    expect(nodeOf(await programOf(xml), 't', 'user-task').task.externalFormReference).toEqual({
      feel: 'form',
    })
  })

  test.each([
    '<zeebe:taskSchedule dueDate="soon" />',
    '<zeebe:priorityDefinition priority="101" />',
    '<zeebe:formDefinition formId="f" bindingType="newest" />',
    '<zeebe:formDefinition formId="f" bindingType="versionTag" />',
  ])('are refused with %s', async (extensions) => {
    expect(await errorsOf(process(task('userTask', extensions)))).toEqual(['INVALID_VALUE t'])
  })
})

describe('call activities', () => {
  const call = async (extensions: string, attributes = ''): Promise<unknown> =>
    nodeOf(await programOf(process(task('callActivity', extensions, attributes))), 't', 'call-activity').call

  test('call the latest version and pass all variables by default', async () => {
    expect(await call('<zeebe:calledElement processId="child" />')).toEqual({
      processId: { value: 'child' },
      binding: 'latest',
      propagateAllChildVariables: true,
      propagateAllParentVariables: true,
    })
  })

  test('say otherwise', async () => {
    const attributes =
      'processId="= id" bindingType="versionTag" versionTag="v2" propagateAllChildVariables="false" propagateAllParentVariables="false"'
    expect(await call(`<zeebe:calledElement ${attributes} />`)).toEqual({
      processId: { feel: 'id' },
      binding: 'versionTag',
      versionTag: 'v2',
      propagateAllChildVariables: false,
      propagateAllParentVariables: false,
    })
    expect(await call('<zeebe:calledElement processIdExpression="id" />')).toMatchObject({
      processId: { feel: 'id' },
    })
  })

  test('call as the standard writes it', async () => {
    expect(await call('', 'calledElement="child"')).toMatchObject({ processId: { value: 'child' } })
  })

  test('are refused when they call nothing', async () => {
    expect(await errorsOf(process(task('callActivity')))).toEqual(['MISSING_CALLED_PROCESS t'])
  })
})

describe('gateways and sub-processes', () => {
  test('a complex gateway has conditions, a default and what activates it', async () => {
    const gateway = `<bpmn:complexGateway id="g" default="f2"><bpmn:activationCondition>=activationCount >= 2</bpmn:activationCondition></bpmn:complexGateway>`
    const xml = process(
      `<bpmn:task id="a" />${gateway}<bpmn:task id="b" />${flow('f0', 'a', 'g')}${flow('f1', 'g', 'b', '= x')}${flow('f2', 'g', 'b')}${flow('f3', 'g', 'b')}`,
    )
    const program = await programOf(xml)
    expect(nodeOf(program, 'g', 'complex-gateway')).toMatchObject({
      activationCondition: { feel: 'activationCount >= 2' },
      defaultFlow: 'f2',
      outgoing: ['f1', 'f2', 'f3'],
    })
    expect(program.flows.find(({ id }) => id === 'f1')?.condition).toEqual({ feel: 'x' })
    expect(await warningsOf(xml)).toEqual([])
    expect(
      nodeOf(await programOf(process(task('complexGateway'))), 't', 'complex-gateway'),
    ).not.toHaveProperty('activationCondition')
  })

  test.each([
    ['exclusiveGateway', 'exclusive-gateway'],
    ['parallelGateway', 'parallel-gateway'],
    ['inclusiveGateway', 'inclusive-gateway'],
  ] as const)('a %s is a %s', async (type, expected) => {
    expect(nodeOf(await programOf(process(task(type))), 't', expected).type).toBe(expected)
  })

  test('a sub-process has scope, starts and boundary events', async () => {
    const xml = process(
      `<bpmn:subProcess id="x"><bpmn:startEvent id="s" /><bpmn:startEvent id="s2" /><bpmn:task id="i" />${flow('f', 's', 'i')}
         <bpmn:subProcess id="y" triggeredByEvent="true"><bpmn:startEvent id="ys" isInterrupting="false">
           <bpmn:signalEventDefinition signalRef="sg" /></bpmn:startEvent></bpmn:subProcess></bpmn:subProcess>
       <bpmn:boundaryEvent id="b" attachedToRef="x"><bpmn:errorEventDefinition /></bpmn:boundaryEvent>`,
      '<bpmn:signal id="sg" name="sg" />',
    )
    const program = await programOf(xml)
    expect(nodeOf(program, 'x', 'sub-process')).toMatchObject({
      scope: 'P',
      starts: ['s', 's2'],
      triggeredStarts: [],
      eventSubProcesses: ['y'],
      boundaryEvents: ['b'],
    })
    expect(nodeOf(program, 'y', 'event-sub-process')).toMatchObject({
      scope: 'x',
      starts: [],
      triggeredStarts: ['ys'],
    })
    expect(nodeOf(program, 'ys', 'start-event').interrupting).toBe(false)
    expect(nodeOf(program, 's', 'start-event').interrupting).toBe(true)
    expect(nodeOf(program, 'i', 'pass-task').scope).toBe('x')
    expect(program.nodes.map(({ id }) => id)).toEqual(['P', 'x', 's', 's2', 'i', 'y', 'ys', 'b'])
  })

  test('an empty sub-process is accepted with a warning', async () => {
    expect(await warningsOf(process(task('subProcess')))).toEqual(['EMPTY_SUB_PROCESS t'])
  })
})

describe('what Braid does not execute is refused and named', () => {
  test.each([
    ['choreography task', task('choreographyTask')],
    ['transaction by image', task('transaction', '', 'method="##Image"')],
    [
      'outputs of an ad-hoc sub-process',
      task('adHocSubProcess', '<zeebe:adHoc outputCollection="r" outputElement="=x" />'),
    ],
    [
      'linked resource',
      task(
        'serviceTask',
        `${job}<zeebe:linkedResources><zeebe:linkedResource resourceId="x" /></zeebe:linkedResources>`,
      ),
    ],
    ['form by expression', task('userTask', '<zeebe:formDefinition formId="= f" />')],
    ['business id of a call', task('callActivity', '<zeebe:calledElement processId="c" businessId="= b" />')],
  ])('%s', async (_name, element) => {
    const findings = await findingsOf(
      process(`<bpmn:task id="a" />\n${element}${flow('f', 'a', 't')}`, message),
    )
    expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'UNSUPPORTED_ELEMENT', elementId: 't', line: 5, column: 1 },
    ])
  })

  test('attributes and elements of Camunda 7', async () => {
    expect(await errorsOf(process(task('serviceTask', job, 'camunda:class="org.example.A"')))).toEqual([
      'CAMUNDA_7_EXTENSION t',
    ])
    expect(await errorsOf(process(task('serviceTask', `${job}<camunda:connector />`)))).toEqual([
      'CAMUNDA_7_EXTENSION t',
    ])
  })

  test('but not what says nothing about execution', async () => {
    const extensions = `${job}<camunda:properties /><zeebe:properties><zeebe:property name="a" value="b" /></zeebe:properties>`
    expect(await warningsOf(process(task('serviceTask', extensions, 'zeebe:modelerTemplate="x"')))).toEqual(
      [],
    )
  })
})

test('an extension that acts elsewhere is ignored with a warning', async () => {
  expect(await warningsOf(process(task('userTask', job)))).toEqual(['IGNORED_EXTENSION t'])
  expect(
    await warningsOf(process(task('serviceTask', `${job}<zeebe:priorityDefinition priority="5" />`))),
  ).toEqual(['IGNORED_EXTENSION t'])
})
