/** Instances that go on in another definition: what stays, what changes, and what is in the way. */
import { describe, expect, test } from 'vitest'
import { checkCommit } from '../../../tests/support/check-commit.ts'
import { EngineDriver } from '../../../tests/support/engine-driver.ts'
import { processXml, serviceTask } from '../../../tests/support/process-xml.ts'
import { doStep, parseSteps } from '../../../tests/support/steps.ts'
import type { Key } from '../base/key.ts'
import { compileBpmn } from '../definition/bpmn/compile.ts'
import { serializeState } from './serialize.ts'

/** Deploys one version after the other; the instance is of the first. */
async function begin(versions: readonly string[], steps: readonly string[]) {
  const driver: EngineDriver = new EngineDriver({ onCommit: (commit) => checkCommit(commit, driver.tables) })
  const keys: Key[] = []
  const run = (...lines: readonly string[]): void => {
    for (const step of parseSteps(lines.join('\n'))) {
      const rejection = doStep(step, driver, 'p')
      if (rejection !== undefined) throw new Error(`${step.text}: ${rejection.message}`)
    }
  }
  for (const [index, xml] of versions.entries()) {
    const compiled = await compileBpmn(xml)
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error))
    keys.push(...driver.deploy(compiled.value.programs).map(({ key }) => key))
    if (index === 0) run(...steps)
  }
  const [instance] = [...driver.instances.values()]
  if (instance === undefined) throw new Error('nothing was started')
  const state = () => instance.state
  return {
    driver,
    run,
    state,
    active: () =>
      [...state().elements.values()]
        .flatMap(({ element, scope }) => (scope === undefined ? [] : [element]))
        .toSorted(),
    migrate: (mapping: Readonly<Record<string, string>>, to = keys.at(-1)) =>
      driver.submit(state().key, {
        type: 'migrate-instance',
        definitionKey: to as Key,
        mapping: Object.entries(mapping).map(([source, target]) => ({ source, target })),
      }),
  }
}

const refused = (...messages: readonly string[]) => ({
  ok: false,
  error: expect.objectContaining({
    details: expect.arrayContaining(
      messages.map((message) => expect.objectContaining({ message: expect.stringContaining(message) })),
    ),
  }),
})
const timer = (id: string, host: string, time: string): string =>
  `<boundaryEvent id="${id}" attachedToRef="${host}" cancelActivity="false"><timerEventDefinition><timeDuration>${time}</timeDuration>
  </timerEventDefinition></boundaryEvent>`
const simple = processXml('p', `<startEvent id="s" />${serviceTask('old')}`, 's -> old')

describe('a migrated instance', () => {
  test('keeps its job, and goes on in the new definition', async () => {
    const next = processXml(
      'p',
      `<startEvent id="s" />${serviceTask('new')}${serviceTask('more')}`,
      's -> new',
      'new -> more',
    )
    const it = await begin([simple, next], ['start {"n": 1}'])
    const [job] = it.driver.tables.jobs.values()
    expect(it.migrate({ old: 'new' }).ok).toBe(true)
    expect([...it.driver.tables.jobs.values()]).toEqual([{ ...job, element: 'new' }])
    it.run('complete new {"done": true}')
    expect(it.active()).toEqual(['more'])
    it.run('complete more')
    expect(it.state()).toMatchObject({ status: 'completed', result: { n: 1, done: true } })
  })

  test('waits for the events of the new definition, and for those that are mapped as before', async () => {
    const first = processXml(
      'p',
      `<startEvent id="s" />${serviceTask('w')}${timer('kept', 'w', 'PT1H')}${timer('gone', 'w', 'PT2H')}`,
      's -> w',
    )
    const next = processXml(
      'p',
      `<startEvent id="s" />${serviceTask('w')}${timer('as_before', 'w', 'PT9H')}${timer('fresh', 'w', 'PT3H')}`,
      's -> w',
    )
    const it = await begin([first, next], ['start'])
    it.run('advance PT30M')
    expect(it.migrate({ w: 'w', kept: 'as_before' }).ok).toBe(true)
    const dues = [...it.driver.tables.timers.values()].map(({ element, due }) => [element, due / 60_000])
    expect(dues).toEqual([
      ['as_before', 60],
      ['fresh', 210],
    ])
    it.run('advance PT4H', 'complete w')
    expect(it.state().status).toBe('completed')
  })

  test('keeps tokens that wait at joins, and scopes with what is inside', async () => {
    const inner = (
      task: string,
    ) => `<subProcess id="sub"><startEvent id="x" /><parallelGateway id="fork" />${serviceTask('a')}${serviceTask(task)}
      <parallelGateway id="join" /><sequenceFlow id="1" sourceRef="x" targetRef="fork" /><sequenceFlow id="2" sourceRef="fork" targetRef="a" />
      <sequenceFlow id="3" sourceRef="fork" targetRef="${task}" /><sequenceFlow id="4" sourceRef="a" targetRef="join" />
      <sequenceFlow id="5" sourceRef="${task}" targetRef="join" /></subProcess>`
    const first = processXml(
      'p',
      `<startEvent id="s" />${inner('b').replaceAll('id="4"', 'id="f4"')}`,
      's -> sub',
    )
    const next = first
      .replaceAll('"b"', '"c"')
      .replaceAll('id="join"', 'id="meet"')
      .replaceAll('="join"', '="meet"')
    const it = await begin(
      [first.replaceAll(/id="(\d)"/g, 'id="f$1"'), next.replaceAll(/id="(\d)"/g, 'id="f$1"')],
      ['start', 'complete a'],
    )
    expect(it.migrate({ sub: 'sub', b: 'c' })).toEqual(refused(`a token waits in front of it on flow 'f4'`))
    expect(it.migrate({ sub: 'sub', b: 'c', join: 'meet' }).ok).toBe(true)
    it.run('complete c')
    expect(it.state().status).toBe('completed')
  })

  test('that is suspended stays so, with what was kept', async () => {
    const it = await begin(
      [simple, simple.replaceAll('old', 'new')],
      ['start', 'fail old 0', 'retries old 1', 'suspend', 'resume'],
    )
    const [incident] = it.state().incidents.keys()
    it.run('suspend')
    it.driver.submit(it.state().key, { type: 'resolve-incident', incidentKey: incident as Key })
    expect(it.migrate({ old: 'new' }).ok).toBe(true)
    expect(it.state()).toMatchObject({ suspended: true, kept: [{ type: 'resolve-incident' }] })
    expect(it.driver.tables.jobs.size).toBe(0)
    it.run('resume', 'complete new')
    expect(it.state().status).toBe('completed')
  })

  test('undoes what it did before by the handlers of the new definition', async () => {
    const text = (handler: string) =>
      processXml(
        'p',
        `<startEvent id="s" />${serviceTask('book')}${serviceTask('wait')}<boundaryEvent id="undo" attachedToRef="book"><compensateEventDefinition />
      </boundaryEvent><serviceTask id="${handler}" isForCompensation="true"><extensionElements><zeebe:taskDefinition type="${handler}" />
      </extensionElements></serviceTask><association id="as" sourceRef="undo" targetRef="${handler}" /><endEvent id="e"><compensateEventDefinition />
      </endEvent>`,
        's -> book',
        'book -> wait',
        'wait -> e',
      )
    const it = await begin([text('cancel_it'), text('refund')], ['start', 'complete book'])
    expect(it.migrate({ wait: 'wait' })).toEqual(refused('it has completed and can be undone'))
    expect(it.migrate({ wait: 'wait', book: 'book' }).ok).toBe(true)
    it.run('complete wait')
    expect(it.active()).toContain('refund')
    it.run('complete refund')
    expect(it.state().status).toBe('completed')
  })
})

describe('what is in the way', () => {
  const cases: readonly [string, string, Readonly<Record<string, string>>, string][] = [
    ['an active element without mapping', simple, {}, 'it is active: expected a mapping for it'],
    [
      'an element of another kind',
      processXml(
        'p',
        '<startEvent id="s" /><userTask id="u"><extensionElements><zeebe:userTask /></extensionElements></userTask>',
        's -> u',
      ),
      { old: 'u' },
      'to be the same kind of element (job-task), but it is user-task',
    ],
    [
      'another scope',
      processXml(
        'p',
        `<startEvent id="s" /><subProcess id="sub"><startEvent id="x" />${serviceTask('old')}<sequenceFlow id="xo" sourceRef="x" targetRef="old" /></subProcess>`,
        's -> sub',
      ),
      { old: 'old' },
      `to be directly inside 'p', but it is inside 'sub'`,
    ],
    ['a source that is none', simple, { old: 'old', nothing: 'old' }, `process 'p' has no such element`],
    ['a target that is none', simple, { old: 'nothing' }, `the target has no element 'nothing'`],
  ]
  test.each(cases)('%s', async (_, next, mapping, message) => {
    const it = await begin(
      [simple, next.replace('<startEvent id="s" />', '<startEvent id="s" name="v2" />')],
      ['start'],
    )
    const before = serializeState(it.state())
    expect(it.migrate(mapping)).toEqual(refused(message))
    expect(serializeState(it.state())).toBe(before)
  })

  test('a definition that is not there, or is its own', async () => {
    const it = await begin([simple], ['start'])
    expect(it.migrate({ old: 'old' }, 999 as Key)).toMatchObject({ ok: false, error: { kind: 'not-found' } })
    expect(it.migrate({ old: 'old' })).toMatchObject({ ok: false, error: { kind: 'conflict' } })
  })

  test('everything is listed at once', async () => {
    const two = processXml(
      'p',
      `<startEvent id="s" /><parallelGateway id="g" />${serviceTask('a')}${serviceTask('b')}`,
      's -> g',
      'g -> a',
      'g -> b',
    )
    const it = await begin([two, simple], ['start'])
    const result = it.migrate({})
    expect(result).toEqual(refused('it is active'))
    expect(result.ok ? [] : result.error.details?.map(({ path }) => path)).toEqual(['a', 'b'])
    expect(result.ok ? '' : result.error.message).toMatch(/^'a': it is active: .*\(and 1 more\)$/)
  })

  test('a new event that can not be waited for', async () => {
    const next = processXml(
      'p',
      `<startEvent id="s" />${serviceTask('old')}${timer('t', 'old', '=span')}`,
      's -> old',
    )
    const it = await begin([simple, next], ['start'])
    expect(it.migrate({ old: 'old' })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining(`'t'`) },
    })
    it.run('set p {"span": "PT1H"}')
    expect(it.migrate({ old: 'old' }).ok).toBe(true)
  })
})
