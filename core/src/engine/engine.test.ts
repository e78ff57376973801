/** Properties of the engine on random walks through the processes of `golden/`, and its limits. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkCommit } from '../../../tests/support/check-commit.ts'
import { EngineDriver } from '../../../tests/support/engine-driver.ts'
import { walk } from '../../../tests/support/random-walk.ts'
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import { limits } from '../base/limits.ts'
import { compileBpmn } from '../definition/bpmn/compile.ts'
import type { Program } from '../model/program.ts'
import type { Command } from './command.ts'
import { keepOrRefuse } from './commands/suspension.ts'
import { decide } from './decide.ts'
import { serializeState } from './serialize.ts'

const folder = join(import.meta.dirname, 'golden')

async function programsOf(xml: string): Promise<readonly Program[]> {
  const compiled = await compileBpmn(xml)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error))
  return compiled.value.programs
}

const files = readdirSync(folder).filter((name) => name.endsWith('.bpmn'))
const golden = await Promise.all(
  files.map(async (name) => ({ name, programs: await programsOf(readFileSync(join(folder, name), 'utf8')) })),
)
const choices = fc.array(fc.nat({ max: 0xffff_ffff }), { minLength: 1, maxLength: 25 })
const process = fc.constantFrom(...golden)

const inProcess = (content: string): Promise<readonly Program[]> =>
  programsOf(`<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:braid:test">
    <process id="p" isExecutable="true">${content}</process></definitions>`)

const flow = (source: string, target: string, id = `${source}-${target}`): string =>
  `<sequenceFlow id="${id}" sourceRef="${source}" targetRef="${target}" />`

describe('on every path', () => {
  test('the invariants hold and the log gives the state, after every command', () => {
    fc.assert(
      fc.property(process, choices, ({ programs }, path) => {
        const driver: EngineDriver = new EngineDriver({
          onCommit: (commit) => checkCommit(commit, driver.tables),
        })
        driver.deploy(programs)
        walk(driver, programs, path)
      }),
      { numRuns: 600 },
    )
  })

  test('equal steps give equal events (D3)', () => {
    fc.assert(
      fc.property(process, choices, ({ programs }, path) => {
        const run = () => {
          const driver = new EngineDriver()
          driver.deploy(programs)
          walk(driver, programs, path)
          return [...driver.instances.values()].map(({ log }) => log)
        }
        expect(run()).toEqual(run())
      }),
      { numRuns: 60 },
    )
  })

  test('a migration to an equal definition changes nothing else, and the instance goes on', () => {
    fc.assert(
      fc.property(process, choices, choices, ({ programs }, path, then) => {
        const driver: EngineDriver = new EngineDriver({
          onCommit: (commit) => checkCommit(commit, driver.tables),
        })
        driver.deploy(programs)
        walk(driver, programs, path)
        const again = driver.deploy(programs)
        for (const { definition, state } of [...driver.instances.values()]) {
          const target = again.find(({ graph }) => graph.program.processId === state.processId)
          if (state.status !== 'active' || target === undefined || target === definition) continue
          const mapping = [...definition.graph.nodes.keys()].map((id) => ({ source: id, target: id }))
          const before = serializeState({ ...state, definitionKey: target.key })
          const command: Command = { type: 'migrate-instance', definitionKey: target.key, mapping }
          expect(driver.submit(state.key, command)).toMatchObject({ ok: true })
          const after = driver.instances.get(state.key)?.state ?? state
          // What the target's joins let go on in the source, too.
          expect(serializeState(after)).toBe(before)
        }
        walk(driver, programs, then)
      }),
      { numRuns: 200 },
    )
  })

  test('a decision leaves its input as it was', () => {
    fc.assert(
      fc.property(process, choices, ({ programs }, path) => {
        const driver = new EngineDriver()
        driver.deploy(programs)
        walk(driver, programs, path)
        for (const { definition, state } of driver.instances.values()) {
          const before = serializeState(state)
          const keys = { next: () => -1 as Key }
          decide(definition.graph, state, { type: 'cancel-instance' }, { now: driver.now, keys })
          expect(serializeState(state)).toBe(before)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('a rejected command emits nothing and changes nothing (D1)', () => {
    const absent = 999_999_999 as Key
    const variables: JsonObject = { x: 1 }
    const commands: readonly Command[] = [
      { type: 'complete-job', jobKey: absent, variables },
      { type: 'fail-job', jobKey: absent, retries: 1, retryBackOffMs: 0, message: '', variables },
      { type: 'throw-job-error', jobKey: absent, code: 'x', message: '', variables },
      { type: 'update-job-retries', jobKey: absent, retries: 1 },
      { type: 'publish-jobs', jobKeys: [absent] },
      { type: 'complete-user-task', userTaskKey: absent, variables, action: 'complete' },
      { type: 'update-user-task', userTaskKey: absent, action: 'assign', changes: {} },
      { type: 'fire-timer', timerKey: absent },
      { type: 'trigger-subscription', subscriptionKey: absent, source: absent, variables },
      { type: 'resolve-incident', incidentKey: absent },
      { type: 'set-variables', scope: absent, variables, local: true },
      {
        type: 'receive-outcome',
        childKey: absent,
        elementInstanceKey: absent,
        outcome: { kind: 'terminated' },
      },
    ]
    fc.assert(
      fc.property(process, choices, fc.constantFrom(...commands), ({ programs }, path, command) => {
        const driver = new EngineDriver()
        driver.deploy(programs)
        walk(driver, programs, path)
        for (const [key, instance] of driver.instances) {
          const [before, events] = [serializeState(instance.state), instance.log.length]
          const result = driver.submit(key, command)
          // While it is suspended, it doesn't look.
          const gated = instance.state.suspended && keepOrRefuse[command.type] !== undefined
          const kind = gated ? expect.stringMatching(/^(conflict|not-found)$/) : 'not-found'
          expect(result).toMatchObject({ ok: false, error: { kind } })
          expect([serializeState(instance.state), instance.log.length]).toEqual([before, events])
        }
      }),
      { numRuns: 60 },
    )
  })

  test('nothing is left open when an instance has ended', () => {
    fc.assert(
      fc.property(process, choices, ({ programs }, path) => {
        const driver = new EngineDriver()
        driver.deploy(programs)
        walk(driver, programs, path)
        for (const key of [...driver.instances.keys()]) driver.submit(key, { type: 'cancel-instance' })
        const { messages: _, ...open } = driver.tables
        for (const table of Object.values(open)) expect(table.size).toBe(0)
      }),
      { numRuns: 60 },
    )
  })
})

describe('wrong states', () => {
  test('a timer does not fire before it is due (I4)', async () => {
    const programs = await programsOf(readFileSync(join(folder, 'timer-catch.bpmn'), 'utf8'))
    const driver = new EngineDriver()
    driver.deploy(programs)
    const created = driver.create('wait', { n: 1 })
    const [timer] = driver.tables.timers.values()
    if (!created.ok || timer === undefined) throw new Error('expected a timer')
    driver.now = timer.due - 1
    const early = driver.submit(created.value.state.key, { type: 'fire-timer', timerKey: timer.key })
    expect(early).toMatchObject({ ok: false, error: { kind: 'conflict' } })
    driver.now = timer.due
    expect(driver.submit(created.value.state.key, { type: 'fire-timer', timerKey: timer.key }).ok).toBe(true)
  })

  test('an instance is created once, and after its end it takes no command', async () => {
    const programs = await programsOf(readFileSync(join(folder, 'sequence.bpmn'), 'utf8'))
    const driver = new EngineDriver()
    driver.deploy(programs)
    const created = driver.create('sequence')
    if (!created.ok) throw new Error('expected an instance')
    const { key, definitionKey } = created.value.state
    const again: Command = { type: 'create-instance', key, definitionKey, variables: {} }
    expect(driver.submit(key, again)).toMatchObject({ ok: false, error: { kind: 'conflict' } })
    expect(driver.submit(key, { type: 'cancel-instance' }).ok).toBe(true)
    expect(driver.submit(key, { type: 'cancel-instance' })).toMatchObject({
      ok: false,
      error: { kind: 'not-found' },
    })
    expect(driver.submit(key, again).ok).toBe(false)
  })
})

describe('limits', () => {
  const endless = `<startEvent id="start" /><exclusiveGateway id="again" /><task id="work" />
    ${flow('start', 'again')}${flow('again', 'work')}${flow('work', 'again')}`

  test('a loop without a wait stops with an incident, goes on when resolved, and can be canceled', async () => {
    const driver = new EngineDriver()
    driver.deploy(await inProcess(endless))
    const created = driver.create('p')
    if (!created.ok) throw new Error('expected an instance')
    const { key } = created.value.state
    for (const round of [1, 2]) {
      const [incident, ...others] = driver.tables.incidents.values()
      expect(others).toEqual([])
      expect(incident).toMatchObject({ incidentType: 'STEP_LIMIT' })
      expect(incident?.message).toContain('loop without an exit')
      const activated = created.value.log.filter(({ type }) => type === 'element-activated').length
      expect(activated).toBeGreaterThan(round * limits.activationsPerCommand)
      if (incident !== undefined) driver.submit(key, { type: 'resolve-incident', incidentKey: incident.key })
    }
    expect(driver.submit(key, { type: 'cancel-instance' }).ok).toBe(true)
    expect(driver.tables.incidents.size).toBe(0)
  })

  test('a split that comes back to itself does not run away', async () => {
    const doubling = `<startEvent id="start" /><exclusiveGateway id="again" /><parallelGateway id="split" />
      ${flow('start', 'again')}${flow('again', 'split')}
      ${flow('split', 'again', 'one')}${flow('split', 'again', 'two')}`
    const driver = new EngineDriver()
    driver.deploy(await inProcess(doubling))
    const created = driver.create('p')
    if (!created.ok) throw new Error('expected an instance')
    expect(driver.tables.incidents.size).toBeGreaterThan(0)
    expect(created.value.log.length).toBeLessThan(limits.activationsPerCommand * 20)
    expect(driver.submit(created.value.state.key, { type: 'cancel-instance' }).ok).toBe(true)
  })

  test('a process that calls itself stops at the depth limit', async () => {
    const recursive = `<startEvent id="start" />
      <callActivity id="self"><extensionElements><zeebe:calledElement processId="p" /></extensionElements></callActivity>
      ${flow('start', 'self')}`
    const driver = new EngineDriver()
    driver.deploy(await inProcess(recursive))
    const created = driver.create('p')
    if (!created.ok) throw new Error('expected an instance')
    expect(driver.instances.size).toBe(limits.callDepth + 1)
    expect([...driver.tables.incidents.values()]).toMatchObject([{ incidentType: 'STEP_LIMIT' }])
    driver.submit(created.value.state.key, { type: 'cancel-instance' })
    expect([...driver.instances.values()].every(({ state }) => state.status === 'terminated')).toBe(true)
  })
})
