/** Tokens that are moved by hand: where they go, and what is refused. */
import { beforeEach, describe, expect, test } from 'vitest'
import { GoldenProcess } from '../../../tests/support/golden-process.ts'
import { processXml, serviceTask } from '../../../tests/support/process-xml.ts'
import type { Key } from '../base/key.ts'
import type { ModifyInstance } from './command.ts'
import { serializeState } from './serialize.ts'

const nothing: ModifyInstance = { type: 'modify-instance', activate: [], terminate: [], move: [] }
const modify = (run: GoldenProcess, instructions: Partial<ModifyInstance>) =>
  run.driver.submit(run.state().key, { ...nothing, ...instructions })
const activate = (element: string, more: object = {}) => ({ activate: [{ element, variables: [], ...more }] })
const move = (source: string, to: string, more: object = {}) => ({
  move: [{ from: { element: source }, to, ancestor: 'inferred' as const, variables: [], ...more }],
})
const refusal = (message: string) => ({
  ok: false,
  error: { kind: expect.any(String), message: expect.stringContaining(message) },
})
const keysOf = (run: GoldenProcess, element: string): readonly Key[] =>
  [...run.state().elements.values()].filter((instance) => instance.element === element).map(({ key }) => key)

const inner = `<subProcess id="sub"><extensionElements><zeebe:ioMapping><zeebe:input source="=outside" target="inside" />
  </zeebe:ioMapping></extensionElements><startEvent id="i_start" />${serviceTask('deep')}
  <sequenceFlow id="i" sourceRef="i_start" targetRef="deep" /></subProcess>
  <boundaryEvent id="late" attachedToRef="sub"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>
  </boundaryEvent>`
const nested = processXml(
  'p',
  `<startEvent id="s" />${serviceTask('first')}${inner}${serviceTask('last')}<parallelGateway id="fork" />
  <parallelGateway id="join" />${serviceTask('a')}${serviceTask('b')}`,
  's -> first',
  'first -> sub',
  'sub -> fork',
  'fork -> a',
  'fork -> b',
  'a -> join',
  'b -> join',
  'join -> last',
)

describe('a modification', () => {
  let run: GoldenProcess
  beforeEach(async () => {
    run = (await GoldenProcess.of(nested)).do('start {"outside": 5}')
  })

  test('moves a token on, which then behaves as if it had come by itself', () => {
    expect(modify(run, move('first', 'last')).ok).toBe(true)
    expect(run.active()).toEqual(['last'])
    run.do('complete last')
    expect(run.state().status).toBe('completed')
  })

  test('makes the scopes between, with their inputs and events, but without their start', () => {
    const variables = [
      { variables: { all: 1 } },
      { scope: 'sub', variables: { mine: 2 } },
      { scope: 'deep', variables: { own: 3 } },
    ]
    expect(modify(run, move('first', 'deep', { variables })).ok).toBe(true)
    expect(run.active()).toEqual(['deep', 'sub'])
    const [sub = run.state().key] = keysOf(run, 'sub')
    expect(run.state().elements.get(sub)?.variables).toEqual({ inside: 5, mine: 2 })
    expect(run.variables()).toEqual({ outside: 5, all: 1 })
    run.do('advance PT1H')
    expect(run.completed()).toContain('late')
    expect(run.state().status).toBe('completed')
  })

  test('uses the scope that lives, and asks which one when there are several', () => {
    run.do('complete first')
    modify(run, activate('deep'))
    expect(run.active()).toEqual(['deep', 'deep', 'sub'])
    modify(run, activate('sub'))
    const [one, two] = keysOf(run, 'sub')
    const before = serializeState(run.state())
    expect(modify(run, activate('deep'))).toEqual(
      refusal(`in several instances of 'sub': name one of ${one}, ${two} as its ancestor`),
    )
    expect(serializeState(run.state())).toBe(before)
    expect(modify(run, activate('deep', { ancestor: two })).ok).toBe(true)
    expect(keysOf(run, 'deep')).toHaveLength(4)
    // Another sub-process of its own.
    expect(modify(run, activate('deep', { ancestor: run.state().key })).ok).toBe(true)
    expect(keysOf(run, 'sub')).toHaveLength(3)
  })

  test('ends scopes that are left empty, up to the instance', () => {
    run.do('complete first')
    const [deep = run.state().key] = keysOf(run, 'deep')
    expect(modify(run, { terminate: [{ key: deep }] }).ok).toBe(true)
    expect(run.state().status).toBe('terminated')
    expect(run.events().map(({ type }) => type)).toContain('instance-modified')
  })

  test('keeps a scope whose token moves on inside it', () => {
    run.do('complete first')
    expect(modify(run, move('deep', 'i_start')).ok).toBe(true)
    expect(run.active()).toEqual(['deep', 'sub'])
  })

  test('leaves tokens that wait at joins, and activates a join as if it had fired', () => {
    modify(run, move('first', 'fork'))
    run.do('complete a')
    expect(modify(run, move('b', 'join')).ok).toBe(true)
    expect(run.active()).toEqual(['last'])
    run.do('complete last')
    // The token at the join has nothing left to wait for.
    expect(run.state().status).toBe('active')
    expect(modify(run, activate('b')).ok).toBe(true)
    run.do('complete b', 'complete last')
    expect(run.state().status).toBe('completed')
  })

  test('is refused as a whole when one instruction is wrong', () => {
    const before = serializeState(run.state())
    const cases = [
      [{}, 'expected at least one instruction'],
      [{ ...activate('last'), terminate: [{ key: 999 as Key }] }, 'no living element instance 999'],
      [{ ...activate('last'), terminate: [{ element: 'deep' }] }, `no instance of 'deep' is alive`],
      [move('first', 'nowhere'), `expected an element of process 'p', but it was 'nowhere'`],
      [activate('late'), 'activate what follows it'],
      [activate('p'), 'it is the process itself'],
      [{ terminate: [{ key: run.state().key }] }, 'canceling the instance'],
      [{ ...move('first', 'last'), terminate: [{ element: 'first' }] }, 'ended twice'],
      [
        move('first', 'last', { variables: [{ scope: 'sub', variables: {} }] }),
        `expected 'last' or a scope around it`,
      ],
      [activate('deep', { ancestor: keysOf(run, 'first')[0] }), `an instance of 'sub', 'p'`],
    ] as const
    for (const [instructions, message] of cases) {
      expect(modify(run, instructions)).toEqual(refusal(message))
      expect(serializeState(run.state())).toBe(before)
    }
  })

  test('is refused when what it makes can not be entered', async () => {
    const timer =
      '<boundaryEvent id="t" attachedToRef="box"><timerEventDefinition><timeDuration>=wait</timeDuration></timerEventDefinition></boundaryEvent>'
    const box = `<subProcess id="box"><startEvent id="x" />${serviceTask('y')}<sequenceFlow id="xy" sourceRef="x" targetRef="y" /></subProcess>`
    const broken = await GoldenProcess.of(
      processXml('q', `<startEvent id="s" />${serviceTask('w')}${box}${timer}`, 's -> w', 'w -> box'),
    )
    broken.do('start')
    expect(modify(broken, move('w', 'y'))).toEqual(refusal(`'box' can not be entered`))
    const variables = [{ variables: { wait: 'PT1H' } }]
    expect(modify(broken, move('w', 'y', { variables })).ok).toBe(true)
    expect(broken.active()).toEqual(['box', 'y'])
  })
})

describe('the inside of what something else begins', () => {
  test('a loop is entered in its living runs, and goes on when one of them is ended', async () => {
    const runs = `<subProcess id="each"><multiInstanceLoopCharacteristics isSequential="true"><extensionElements>
      <zeebe:loopCharacteristics inputCollection="=[1, 2, 3]" /></extensionElements></multiInstanceLoopCharacteristics>
      <startEvent id="x" />${serviceTask('one')}<sequenceFlow id="x1" sourceRef="x" targetRef="one" /></subProcess>`
    const xml = processXml('m', `<startEvent id="s" />${serviceTask('w')}${runs}`, 's -> w', 'w -> each')
    const run = (await GoldenProcess.of(xml)).do('start')
    expect(modify(run, move('w', 'one'))).toEqual(refusal(`expected one of its runs to be alive`))
    expect(modify(run, move('w', 'each')).ok).toBe(true)
    expect(modify(run, activate('one')).ok).toBe(true)
    expect(run.active()).toEqual(['each', 'each', 'one', 'one'])
    const [body, first] = keysOf(run, 'each')
    expect(modify(run, activate('one', { ancestor: body }))).toEqual(refusal('expected an ancestor'))
    if (first === undefined) throw new Error('no run')
    expect(modify(run, { terminate: [{ key: first }] }).ok).toBe(true)
    expect(run.active()).toEqual(['each', 'each', 'one'])
    run.do('complete one', 'complete one')
    expect(run.state().status).toBe('completed')
  })

  test('an event sub-process is begun by its event only', async () => {
    const run = (await GoldenProcess.load('nested-event-sub-process')).do('start')
    expect(modify(run, activate('first'))).toEqual(refusal('its start event begins it'))
    expect(modify(run, activate('f_work'))).toEqual(refusal('only its event begins it'))
    run.do('signal outer')
    expect(modify(run, activate('s_work'))).toEqual(
      refusal(`event sub-process 'second' around it is not alive`),
    )
    expect(modify(run, activate('f_work')).ok).toBe(true)
  })
})

describe('an ad-hoc sub-process', () => {
  test('does what it is told', async () => {
    const run = (await GoldenProcess.load('ad-hoc-chosen')).do('start {"todo": ["sweep"]}')
    const [room = run.state().key] = keysOf(run, 'room')
    const tell = (element: string, more: object = {}) =>
      run.driver.submit(run.state().key, {
        type: 'activate-elements',
        elementInstanceKey: room,
        elements: [{ element, variables: { soft: true } }],
        cancelRemaining: false,
        ...more,
      })
    expect(tell('start')).toEqual(refusal('(sweep, dust)'))
    expect(tell('dust').ok).toBe(true)
    expect(run.active()).toEqual(['dust', 'room', 'sweep'])
    const [dust = room] = keysOf(run, 'dust')
    expect(run.state().elements.get(dust)?.variables).toEqual({ soft: true })
    expect(tell('dust', { cancelRemaining: true }).ok).toBe(true)
    expect(run.active()).toEqual(['dust', 'room'])
    run.do('complete dust')
    expect(run.state().status).toBe('completed')
  })

  test('that is sequential does it later', async () => {
    const run = (await GoldenProcess.load('ad-hoc-sequential')).do('start')
    const [room = run.state().key] = keysOf(run, 'room')
    const tell = (variables: object) =>
      run.driver.submit(run.state().key, {
        type: 'activate-elements',
        elementInstanceKey: room,
        elements: [{ element: 'sweep', variables: variables as Record<string, never> }],
        cancelRemaining: false,
      })
    expect(tell({ a: 1 })).toEqual(refusal('expected no variables'))
    expect(tell({}).ok).toBe(true)
    run.do('complete sweep', 'complete dust')
    expect(run.active()).toEqual(['room', 'sweep'])
    run.do('complete sweep')
    expect(run.state().status).toBe('completed')
  })
})
