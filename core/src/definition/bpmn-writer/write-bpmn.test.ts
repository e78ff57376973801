import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Flow, Node, Program } from '../../model/program.ts'
import { extension, flow, nodeOf, process, programOf, programsOf } from '../bpmn/fixtures/bpmn-text.ts'
import { writeBpmn } from './write-bpmn.ts'

const golden = join(import.meta.dirname, '../../engine/golden')

const again = (program: Program): Promise<Program> => programOf(writeBpmn(program))

/** Cases with nodes of the compiler's own, whose ids XML does not allow and whose types are not those of the file. */
const withOwnNodes: ReadonlySet<string> = new Set([
  'call-activity-global-task.bpmn',
  'event-gateway-starts.bpmn',
  'event-gateway-starts-all.bpmn',
  'start-needs-all.bpmn',
])

/** The place where several ways to start meet, as the task that stands for it. */
function asTask(node: Node): Node {
  if (node.type !== 'catch-event' || node.trigger.kind !== 'none') return node
  const { trigger: _, ...rest } = node
  return { ...rest, type: 'pass-task', boundaryEvents: [] }
}

/** The same in what BPMN can say: with ids that XML allows, and without the types of source elements. */
const inBpmn = (program: Program): unknown =>
  JSON.parse(
    JSON.stringify({ ...program, nodes: program.nodes.map(asTask) }, (key, value: unknown) => {
      if (key === 'sourceType') return undefined
      return typeof value === 'string' ? value.replaceAll('->', '--').replaceAll(':', '-') : value
    }),
  )

describe('a written program compiles to itself', () => {
  test.each(readdirSync(golden).filter((name) => name.endsWith('.bpmn')))('%s', async (name) => {
    for (const program of await programsOf(readFileSync(join(golden, name), 'utf8'))) {
      const written = await again(program)
      if (withOwnNodes.has(name)) expect(inBpmn(written)).toEqual(inBpmn(program))
      else expect(written).toEqual(program)
    }
  })

  const message =
    '<bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=id" /></bpmn:extensionElements></bpmn:message>'
  const roots = `${message}<bpmn:signal id="s" name="halt" /><bpmn:error id="e" errorCode="E" /><bpmn:escalation id="x" escalationCode="=code" />`
  const loop = (attributes: string, inside: string): string =>
    `<bpmn:task id="a"><bpmn:multiInstanceLoopCharacteristics ${attributes}>${inside}</bpmn:multiInstanceLoopCharacteristics></bpmn:task>`
  const sub = (tag: string, inside: string): string => `<bpmn:${tag}>${inside}</bpmn:${tag.split(' ')[0]}>`
  const caught = (tag: string, definitions: string): string =>
    `<bpmn:${tag}>${definitions}</bpmn:${tag.split(' ')[0]}>`

  test.each([
    [
      'mappings',
      `<bpmn:task id="a">${extension('<zeebe:ioMapping><zeebe:input source="=b" target="c.d" /><zeebe:output source="text" target="e" /></zeebe:ioMapping>')}</bpmn:task>`,
    ],
    [
      'job headers and retries',
      `<bpmn:sendTask id="a">${extension('<zeebe:taskDefinition type="=t" retries="=n" /><zeebe:taskHeaders><zeebe:header key="k" value="&quot;v&quot;" /></zeebe:taskHeaders>')}</bpmn:sendTask>`,
    ],
    [
      'scripts of other languages',
      '<bpmn:scriptTask id="a" scriptFormat="python"><bpmn:script>print("1 &lt; 2")</bpmn:script></bpmn:scriptTask>',
    ],
    [
      'user tasks',
      `<bpmn:userTask id="a">${extension('<zeebe:assignmentDefinition assignee="=me" candidateUsers="a, b" candidateGroups="=groups" /><zeebe:taskSchedule dueDate="2026-01-01T00:00:00Z" followUpDate="=later" /><zeebe:priorityDefinition priority="70" /><zeebe:formDefinition formId="f" bindingType="versionTag" versionTag="1" />')}</bpmn:userTask>`,
    ],
    [
      'listeners',
      `<bpmn:userTask id="a">${extension('<zeebe:executionListeners><zeebe:executionListener eventType="start" type="s" retries="5" /><zeebe:executionListener eventType="end" type="=e" /></zeebe:executionListeners><zeebe:taskListeners><zeebe:taskListener eventType="assigning" type="t" /></zeebe:taskListeners>')}</bpmn:userTask>`,
    ],
    [
      'calls',
      `<bpmn:callActivity id="a">${extension('<zeebe:calledElement processId="=p" bindingType="deployment" propagateAllChildVariables="false" />')}</bpmn:callActivity>`,
    ],
    ['quantities', '<bpmn:task id="a" startQuantity="2" completionQuantity="3" />'],
    [
      'standard loops',
      '<bpmn:task id="a"><bpmn:standardLoopCharacteristics testBefore="true" loopMaximum="3"><bpmn:loopCondition>=more</bpmn:loopCondition></bpmn:standardLoopCharacteristics></bpmn:task>',
    ],
    [
      'collections',
      loop(
        'isSequential="true"',
        `${extension('<zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="out" outputElement="=item.x" />')}<bpmn:completionCondition>=done</bpmn:completionCondition>`,
      ),
    ],
    ['cardinalities', loop('', '<bpmn:loopCardinality>3</bpmn:loopCardinality>')],
    [
      'events of loops',
      loop('behavior="One" oneBehaviorEventRef="sd"', '<bpmn:loopCardinality>=n</bpmn:loopCardinality>'),
      '<bpmn:signalEventDefinition id="sd" signalRef="s" />',
    ],
    [
      'complex behavior',
      loop(
        'behavior="Complex"',
        '<bpmn:loopCardinality>2</bpmn:loopCardinality><bpmn:complexBehaviorDefinition id="c"><bpmn:condition>=true</bpmn:condition><bpmn:event id="i"><bpmn:signalEventDefinition signalRef="s" /></bpmn:event></bpmn:complexBehaviorDefinition>',
      ),
    ],
    [
      'loops of sub-processes',
      sub(
        'subProcess id="a"',
        '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics><bpmn:task id="b" />',
      ),
    ],
    [
      'ad-hoc sub-processes',
      sub(
        'adHocSubProcess id="a" ordering="Sequential" cancelRemainingInstances="false"',
        `${extension('<zeebe:adHoc activeElementsCollection="=ids" />')}<bpmn:task id="b" /><bpmn:completionCondition>=done</bpmn:completionCondition>`,
      ),
    ],
    [
      'transactions',
      `${sub('transaction id="a"', '<bpmn:endEvent id="c"><bpmn:cancelEventDefinition /></bpmn:endEvent>')}${caught('boundaryEvent id="b" attachedToRef="a"', '<bpmn:cancelEventDefinition />')}`,
    ],
    [
      'compensation',
      `<bpmn:task id="a" />${caught('boundaryEvent id="b" attachedToRef="a"', '<bpmn:compensateEventDefinition />')}<bpmn:task id="h" isForCompensation="true" /><bpmn:association id="as" sourceRef="b" targetRef="h" /><bpmn:intermediateThrowEvent id="t"><bpmn:compensateEventDefinition activityRef="a" waitForCompletion="false" /></bpmn:intermediateThrowEvent>${flow('f', 'a', 't')}`,
    ],
    [
      'conditional events',
      caught(
        'intermediateCatchEvent id="a"',
        '<bpmn:conditionalEventDefinition><bpmn:condition>=x > 1</bpmn:condition></bpmn:conditionalEventDefinition>',
      ),
    ],
    [
      'parallel multiple events',
      caught(
        'intermediateCatchEvent id="a" parallelMultiple="true"',
        '<bpmn:messageEventDefinition messageRef="m" /><bpmn:signalEventDefinition signalRef="s" />',
      ),
    ],
    [
      'multiple ends',
      caught(
        'endEvent id="a"',
        '<bpmn:signalEventDefinition signalRef="s" /><bpmn:escalationEventDefinition escalationRef="x" />',
      ),
    ],
    [
      'published messages',
      `<bpmn:endEvent id="a">${extension('<zeebe:publishMessage correlationKey="=k" messageId="=i" timeToLive="1000" />')}<bpmn:messageEventDefinition messageRef="m" /></bpmn:endEvent>`,
    ],
    [
      'message events that are jobs',
      `<bpmn:endEvent id="a">${extension('<zeebe:taskDefinition type="tell" />')}<bpmn:messageEventDefinition /></bpmn:endEvent>`,
    ],
    [
      'complex gateways',
      `<bpmn:complexGateway id="a" default="f"><bpmn:activationCondition>=activationCount > 1</bpmn:activationCondition></bpmn:complexGateway><bpmn:task id="b" />${flow('f', 'a', 'b')}`,
    ],
    [
      'event sub-processes that do not interrupt',
      `<bpmn:task id="b" />${sub('subProcess id="a" triggeredByEvent="true"', '<bpmn:startEvent id="c" isInterrupting="false"><bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:startEvent>')}`,
    ],
    [
      'links',
      `<bpmn:startEvent id="c" />${flow('f', 'c', 'a')}<bpmn:intermediateThrowEvent id="a"><bpmn:linkEventDefinition name="l" /></bpmn:intermediateThrowEvent><bpmn:intermediateCatchEvent id="b"><bpmn:linkEventDefinition name="l" /></bpmn:intermediateCatchEvent>`,
    ],
    [
      'start forms',
      `<bpmn:startEvent id="a">${extension('<zeebe:formDefinition formId="f" />')}</bpmn:startEvent>`,
    ],
  ])('with %s', async (_what, content, moreRoots = '') => {
    const program = await programOf(process(content, `${roots}${moreRoots}`))
    expect(await again(program)).toEqual(program)
  })

  test('with flows in the order of the file, inside and outside of sub-processes', async () => {
    const inside = `<bpmn:task id="x" /><bpmn:task id="y" />${flow('inner', 'x', 'y')}`
    const tasks = '<bpmn:task id="a" /><bpmn:task id="b" />'
    const program = await programOf(
      process(
        `${tasks}${flow('first', 'a', 'b')}<bpmn:subProcess id="s">${inside}</bpmn:subProcess>${flow('last', 'b', 's')}`,
      ),
    )
    expect(program.flows.map(({ id }) => id)).toEqual(['first', 'inner', 'last'])
    expect(await again(program)).toEqual(program)
  })
})

describe('ids that XML does not allow', () => {
  const roots = '<bpmn:message id="m" name="paid" /><bpmn:signal id="s" name="halt" />'

  test('become others where several events start an instance', async () => {
    const both = '<bpmn:messageEventDefinition messageRef="m" /><bpmn:signalEventDefinition signalRef="s" />'
    const start = `<bpmn:startEvent id="a" parallelMultiple="true">${both}</bpmn:startEvent>`
    const flows = flow('f', 'a', 'b') + flow('g', 'a', 'b')
    const program = await programOf(process(`${start}<bpmn:task id="b" />${flows}`, roots))
    const illegal = program.nodes.filter(({ id }) => id.includes(':'))
    expect(illegal.length).toBeGreaterThan(1)
    const written = await again(program)
    expect(nodeOf(written, 'a', 'pass-task').outgoing).toEqual(['f', 'g'])
    expect(written.nodes.map(({ id }) => id)).toEqual(program.nodes.map(({ id }) => id.replaceAll(':', '-')))
    expect(written.flows).toHaveLength(program.flows.length)
    expect(await again(written)).toEqual(written)
  })

  test('become others where a global task is a process', async () => {
    const task = '<bpmn:globalManualTask id="g" name="Wave" />'
    const programs = await programsOf(process('<bpmn:callActivity id="a" calledElement="g" />', task))
    const [global] = programs.filter(({ processId }) => processId === 'g')
    const { nodes } = await again(global as Program)
    expect(nodes).toMatchObject([
      { id: 'g', type: 'process', starts: ['g-task'] },
      { id: 'g-task', type: 'pass-task' },
    ])
  })
})

describe('a constant', () => {
  const withCondition = async (condition: Flow['condition']): Promise<Program> => {
    const program = await programOf(
      process(`<bpmn:task id="a" /><bpmn:task id="b" />${flow('f', 'a', 'b', 'x')}`),
    )
    return { ...program, flows: program.flows.map((one) => ({ ...one, ...(condition && { condition }) })) }
  }

  test.each([
    ['= no FEEL', '"= no FEEL"'],
    [' white space ', '" white space "'],
    ['', '""'],
    [12.5, '12.5'],
    [null, 'null'],
    [[1, { a: 'b\n' }], '[1,{"a":"b\\n"}]'],
  ])('%j that no attribute can hold as it is becomes FEEL that gives it', async (value, feel) => {
    const program = await programOf(
      process(
        `<bpmn:task id="a">${extension('<zeebe:ioMapping><zeebe:input source="s" target="t" /></zeebe:ioMapping>')}</bpmn:task>`,
      ),
    )
    const nodes = program.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((one) => ({ ...one, source: { value } })),
    }))
    expect(nodeOf(await again({ ...program, nodes }), 'a', 'pass-task').inputs[0]?.source).toEqual({ feel })
  })

  test('as a condition becomes FEEL', async () => {
    const written = await again(await withCondition({ value: true }))
    expect(written.flows[0]?.condition).toEqual({ feel: 'true' })
  })
})

test('messages of one name with different correlation keys stay apart', async () => {
  const message = (id: string, key: string): string =>
    `<bpmn:message id="${id}" name="paid">${extension(`<zeebe:subscription correlationKey="${key}" />`)}</bpmn:message>`
  const receive = '<bpmn:receiveTask id="a" messageRef="m" /><bpmn:receiveTask id="b" messageRef="n" />'
  const program = await programOf(process(receive, `${message('m', '=x')}${message('n', '=y')}`))
  expect(await again(program)).toEqual(program)
})

test('ids of a program are never used for what it refers to', async () => {
  const program = await programOf(
    process(
      '<bpmn:intermediateCatchEvent id="signal-1"><bpmn:signalEventDefinition signalRef="s" /></bpmn:intermediateCatchEvent>',
      '<bpmn:signal id="s" name="n" />',
    ),
  )
  expect(await again(program)).toEqual(program)
})
