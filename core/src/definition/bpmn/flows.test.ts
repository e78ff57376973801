import { describe, expect, test } from 'vitest'
import { errorsOf, findingsOf, flow, nodeOf, process, programOf, warningsOf } from './fixtures/bpmn-text.ts'

const gateway = (type: string, attributes = ''): string =>
  `<bpmn:task id="t" /><bpmn:${type} id="g" ${attributes} /><bpmn:task id="a" /><bpmn:task id="b" />${flow('f', 't', 'g')}`

describe('sequence flows', () => {
  test('keep names, document order and both ends', async () => {
    const program = await programOf(
      process(
        `<bpmn:sequenceFlow id="f2" name="go on" sourceRef="a" targetRef="b" />${flow('f1', 'a', 'c')}
         <bpmn:task id="a" /><bpmn:task id="b" /><bpmn:task id="c" />`,
      ),
    )
    expect(program.flows).toEqual([
      { id: 'f2', name: 'go on', source: 'a', target: 'b' },
      { id: 'f1', source: 'a', target: 'c' },
    ])
    expect(nodeOf(program, 'a', 'pass-task')).toMatchObject({ incoming: [], outgoing: ['f2', 'f1'] })
    expect(nodeOf(program, 'b', 'pass-task')).toMatchObject({ incoming: ['f2'], outgoing: [] })
  })

  test.each([
    ['without target', '<bpmn:sequenceFlow id="f" sourceRef="a" />', 'FLOW_WITHOUT_END f'],
    ['from a data object', `<bpmn:dataObject id="d" />${flow('f', 'd', 'a')}`, 'FLOW_WITHOUT_END f'],
    [
      'into a start event',
      `<bpmn:startEvent id="s" />${flow('e', 's', 'a')}${flow('f', 'a', 's')}`,
      'FLOW_NOT_ACCEPTED f',
    ],
    ['out of an end event', `<bpmn:endEvent id="e" />${flow('f', 'e', 'a')}`, 'FLOW_NOT_OFFERED f'],
    [
      'into a boundary event',
      `<bpmn:boundaryEvent id="b" attachedToRef="a"><bpmn:errorEventDefinition /></bpmn:boundaryEvent>${flow('f', 'a', 'b')}`,
      'FLOW_NOT_ACCEPTED f',
    ],
    [
      'into an event sub-process',
      `<bpmn:subProcess id="x" triggeredByEvent="true"><bpmn:startEvent id="s"><bpmn:errorEventDefinition /></bpmn:startEvent></bpmn:subProcess>${flow('f', 'a', 'x')}`,
      'FLOW_NOT_ACCEPTED f',
    ],
    [
      'into a sub-process',
      `<bpmn:subProcess id="x"><bpmn:task id="i" /></bpmn:subProcess>${flow('f', 'a', 'i')}`,
      'FLOW_CROSSES_SCOPE f',
    ],
  ])('are refused %s', async (_name, content, error) => {
    expect(await errorsOf(process(`<bpmn:task id="a" />${content}`))).toContain(error)
  })

  test('may be drawn in another scope than their ends lie in', async () => {
    const program = await programOf(
      process(
        `<bpmn:subProcess id="x"><bpmn:task id="a" /><bpmn:task id="b" /></bpmn:subProcess>${flow('f', 'a', 'b')}`,
      ),
    )
    expect(nodeOf(program, 'x', 'sub-process').starts).toEqual(['a'])
  })
})

describe('conditions', () => {
  test.each(['= x > 1', 'x > 1', '\n  =x > 1\n'.replace('=x', '= x')])(
    'are FEEL with or without "=": %j',
    async (text) => {
      const xml = process(
        gateway('exclusiveGateway', 'default="d"') +
          flow('c', 'g', 'a', text.replace('>', '&gt;')) +
          flow('d', 'g', 'b'),
      )
      const program = await programOf(xml)
      expect(program.flows.find(({ id }) => id === 'c')?.condition).toEqual({ feel: 'x > 1' })
      expect(nodeOf(program, 'g', 'exclusive-gateway').defaultFlow).toBe('d')
    },
  )

  test('count on activities, too', async () => {
    const program = await programOf(
      process(
        `<bpmn:task id="a" default="d" /><bpmn:task id="b" />${flow('c', 'a', 'b', '= x')}${flow('d', 'a', 'b')}`,
      ),
    )
    expect(nodeOf(program, 'a', 'pass-task').defaultFlow).toBe('d')
    expect(program.flows[0]?.condition).toEqual({ feel: 'x' })
  })

  test('that do not parse are refused at their flow', async () => {
    const broken = (text: string): Promise<readonly string[]> =>
      errorsOf(process(`<bpmn:task id="a" /><bpmn:task id="b" />${flow('c', 'a', 'b', text)}`))
    expect(await broken('= 1 +')).toEqual(['INVALID_EXPRESSION c'])
    expect(await broken('=')).toEqual(['INVALID_EXPRESSION c'])
    expect(await broken(`= ${'('.repeat(100_000)}`)).toEqual(['INVALID_EXPRESSION c'])
  })

  test('of other languages are refused with a hint', async () => {
    const both = process(`<bpmn:task id="a" /><bpmn:task id="b" />${flow('c', 'a', 'b', '#{approved}')}`)
    const xml = both.replace(/ xmlns:camunda="[^"]*"/, '')
    expect((await findingsOf(xml))[0]?.message).toContain('got "#{approved}", which is another language')
  })

  test.each(['parallelGateway', 'startEvent'])('behind a %s are ignored', async (type) => {
    const element = `<bpmn:${type} id="g" /><bpmn:task id="b" />`
    const start = type === 'startEvent' ? '' : `<bpmn:startEvent id="s" />${flow('f', 's', 'g')}`
    const xml = process(element + start + flow('c', 'g', 'b', '= x'))
    expect(await warningsOf(xml)).toEqual(['IGNORED_CONDITION c'])
    expect((await programOf(xml)).flows.find(({ id }) => id === 'c')?.condition).toBeUndefined()
  })

  test('of a default flow are ignored', async () => {
    const xml = process(
      gateway('exclusiveGateway', 'default="d"') + flow('c', 'g', 'a', '= x') + flow('d', 'g', 'b', '= y'),
    )
    expect(await warningsOf(xml)).toEqual(['IGNORED_CONDITION d'])
  })

  test.each(['exclusiveGateway', 'inclusiveGateway'])(
    'are needed on all but the default flow of an %s',
    async (type) => {
      expect(
        await errorsOf(process(gateway(type) + flow('c', 'g', 'a', '= x') + flow('d', 'g', 'b'))),
      ).toEqual(['MISSING_CONDITION d'])
      expect(await errorsOf(process(gateway(type) + flow('c', 'g', 'a') + flow('d', 'g', 'b')))).toEqual([
        'MISSING_CONDITION c',
        'MISSING_CONDITION d',
      ])
    },
  )

  test('are not needed on the only flow of a gateway', async () => {
    const xml = process(
      `<bpmn:task id="t" /><bpmn:exclusiveGateway id="g" /><bpmn:task id="a" />${flow('f', 't', 'g')}${flow('c', 'g', 'a')}`,
    )
    expect(await errorsOf(xml)).toEqual([])
  })

  test('a default flow has to leave its element', async () => {
    expect(await errorsOf(process(gateway('exclusiveGateway', 'default="f"') + flow('c', 'g', 'a')))).toEqual(
      ['INVALID_DEFAULT_FLOW g'],
    )
  })
})

describe('links', () => {
  const link = (type: 'Throw' | 'Catch', id: string, name: string): string =>
    `<bpmn:intermediate${type}Event id="${id}"><bpmn:linkEventDefinition name="${name}" /></bpmn:intermediate${type}Event>`
  const start = `<bpmn:startEvent id="s" />${flow('f', 's', 't1')}`

  test('become flows from each throw to the catch of their name', async () => {
    const program = await programOf(
      process(`${start}${link('Throw', 't1', 'L')}${link('Catch', 'c', 'L')}<bpmn:task id="a" />${flow('g', 'c', 'a')}
        ${link('Throw', 't2', 'L')}${flow('h', 'a', 't2')}`),
    )
    expect(program.flows.slice(3)).toEqual([
      { id: 'link:t1:c', source: 't1', target: 'c' },
      { id: 'link:t2:c', source: 't2', target: 'c' },
    ])
    expect(nodeOf(program, 't1', 'throw-event')).toMatchObject({
      effect: { kind: 'none' },
      outgoing: ['link:t1:c'],
    })
    expect(nodeOf(program, 'c', 'catch-event')).toMatchObject({
      trigger: { kind: 'none' },
      incoming: ['link:t1:c', 'link:t2:c'],
    })
    expect(nodeOf(program, 'P', 'process').starts).toEqual(['s'])
  })

  test('without names meet each other', async () => {
    const xml = process(start + link('Throw', 't1', '') + link('Catch', 'c', ''))
    expect(await warningsOf(xml)).toEqual(['MISSING_LINK_NAME t1', 'MISSING_LINK_NAME c'])
    expect((await programOf(xml)).flows.at(-1)).toEqual({ id: 'link:t1:c', source: 't1', target: 'c' })
  })

  test.each([
    ['without catch', link('Throw', 't1', 'L'), ['LINK_WITHOUT_TARGET t1']],
    [
      'with a catch in another scope',
      `${link('Throw', 't1', 'L')}<bpmn:subProcess id="x">${link('Catch', 'c', 'L')}<bpmn:task id="i" /></bpmn:subProcess>`,
      ['LINK_WITHOUT_TARGET t1'],
    ],
    [
      'with two catches',
      link('Throw', 't1', 'L') + link('Catch', 'c', 'L') + link('Catch', 'd', 'L'),
      ['AMBIGUOUS_LINK d'],
    ],
    [
      'with flows out of the throw and into the catch',
      `${link('Throw', 't1', 'L')}${link('Catch', 'c', 'L')}${flow('g', 't1', 'c')}`,
      ['FLOW_NOT_OFFERED g', 'FLOW_NOT_ACCEPTED g'],
    ],
  ])('are refused %s', async (_name, content, errors) => {
    expect(await errorsOf(process(start + content))).toEqual(errors)
  })
})
