import type { Program, Trigger } from '@braid/core/model/program.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { programOf } from '../../../tests/support/program.ts'
import type { DeploymentInput } from './deploy.ts'
import { createPostgresStore, type PostgresStore } from './postgres-store.ts'

let database: TestDatabase
let store: PostgresStore

beforeAll(async () => {
  database = await createTestDatabase()
  store = createPostgresStore({ url: database.url, node: 'a' })
})
afterAll(async () => {
  await store.close()
  await database.drop()
})

const processOf = (
  program: Program,
  xml = `<${program.processId}/>`,
): DeploymentInput['processes'][number] => ({
  resourceName: `${program.processId}.bpmn`,
  xml,
  program,
})
const deploy = (...processes: DeploymentInput['processes'][number][]) =>
  store.deploy({ at: 1_000, processes, forms: [] })
const every = (text: string): Trigger => ({ kind: 'timer', timer: 'cycle', value: { value: text } })

test('a deployed process is loaded and found as it is', async () => {
  const program = programOf('first', undefined, { name: 'First', versionTag: 'v1' })
  const deployment = await deploy(processOf(program))
  const [process] = deployment.processes
  expect(process).toMatchObject({ processDefinitionId: 'first', version: 1, resourceName: 'first.bpmn' })
  const key = process!.processDefinitionKey
  expect(await store.loadDefinition(key)).toEqual({
    key,
    processId: 'first',
    version: 1,
    name: 'First',
    versionTag: 'v1',
    program,
    deploymentKey: deployment.deploymentKey,
  })
  expect(await store.findDefinition({ processId: 'first', binding: 'latest' })).toBe(key)
  expect(await store.findDefinition({ processId: 'unknown', binding: 'latest' })).toBeUndefined()
})

test('a definition of an older format comes with its source in place of the Program', async () => {
  const current = programOf('older')
  const older = { ...current, format: 1 } as unknown as Program
  const deployment = await deploy(processOf(older, '<source/>'))
  const key = deployment.processes[0]!.processDefinitionKey
  const { deploymentKey } = deployment
  expect(await store.loadDefinition(key)).toEqual({
    key,
    processId: 'older',
    version: 1,
    source: '<source/>',
    deploymentKey,
  })
})

test('the same file keeps its version and key, a changed one gets the next', async () => {
  const program = programOf('versions')
  const [one] = (await deploy(processOf(program, '<a/>'))).processes
  const [same] = (await deploy(processOf(program, '<a/>'))).processes
  const [two] = (await deploy(processOf(program, '<b/>'))).processes
  const [back] = (await deploy(processOf(program, '<a/>'))).processes
  expect(same).toEqual(one)
  expect([one!.version, two!.version, back!.version]).toEqual([1, 2, 3])
})

test('nodes that deploy at the same time give each change a version of its own', async () => {
  const deployed = await Promise.all(
    Array.from({ length: 10 }, (_, index) => deploy(processOf(programOf('contended'), `<v${index}/>`))),
  )
  const versions = deployed.map(({ processes }) => processes[0]!.version)
  expect(versions.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('a call finds the version of its own deployment, of a tag, or the latest', async () => {
  const tagged = programOf('callee', undefined, { versionTag: 'stable' })
  const first = await deploy(processOf(programOf('caller')), processOf(tagged, '<v1/>'))
  const second = await deploy(processOf(programOf('callee'), '<v2/>'))
  const callerDefinitionKey = first.processes[0]!.processDefinitionKey
  const find = (binding: 'latest' | 'deployment' | 'versionTag') =>
    store.findDefinition({ processId: 'callee', binding, versionTag: 'stable', callerDefinitionKey })
  expect(await find('latest')).toBe(second.processes[0]!.processDefinitionKey)
  expect(await find('deployment')).toBe(first.processes[1]!.processDefinitionKey)
  expect(await find('versionTag')).toBe(first.processes[1]!.processDefinitionKey)
  const elsewhere = { processId: 'versions', binding: 'deployment', callerDefinitionKey } as const
  expect(await store.findDefinition(elsewhere)).toBe(
    await store.findDefinition({ processId: 'versions', binding: 'latest' }),
  )
})

test('start timers belong to the latest version and move on until they end', async () => {
  const program = programOf('clockwork', { a: every('R3/PT1H'), b: every('R/PT2H') })
  await deploy(processOf(program, '<v1/>'))
  const [latest] = (await deploy(processOf(program, '<v2/>'))).processes
  const hour = 3_600_000
  const take = (now: number) => store.claimTimers({ now, claimUntil: now + 1, max: 10 })
  expect(await take(1_000 + hour - 1)).toEqual([])
  const due = await take(1_000 + 2 * hour)
  const definitionKey = latest!.processDefinitionKey
  expect(due).toMatchObject([
    { due: 1_000 + hour, definitionKey, element: 'a', repetitions: 2, cycle: 'R3/PT1H' },
    { due: 1_000 + 2 * hour, definitionKey, element: 'b', repetitions: -1, cycle: 'R/PT2H' },
  ])
  await store.rescheduleStartTimer(due[0]!.key, null)
  await store.rescheduleStartTimer(due[1]!.key, { due: 9 * hour, repetitions: -1 })
  expect(await store.nextTimer()).toBe(9 * hour)
  expect(await take(9 * hour)).toMatchObject([{ element: 'b', due: 9 * hour }])
})

test('a deployment with a start event that nobody can wait for stores nothing', async () => {
  const broken = programOf('broken', { start: every('never') })
  await expect(deploy(processOf(programOf('sound')), processOf(broken))).rejects.toThrow('start event start')
  expect(await store.findDefinition({ processId: 'sound', binding: 'latest' })).toBeUndefined()
})

test('a process that means files of its deployment changes with them', async () => {
  const bound = programOf('bound')
  const [root, ...nodes] = bound.nodes
  if (root?.type !== 'process') throw new Error('a program begins with its process')
  const startForm = { start: 'start', formId: 'g', binding: 'deployment' } as const
  const program: Program = { ...bound, nodes: [{ ...root, startForm }, ...nodes] }
  const both = (title: string, other: Program) =>
    store.deploy({
      at: 1_000,
      processes: [processOf(program), processOf(other)],
      forms: [{ resourceName: 'g.form', formId: 'g', schema: { title } }],
    })
  const versions = async (title: string) =>
    (await both(title, programOf('unbound'))).processes.map(({ version }) => version)
  expect(await versions('a')).toEqual([1, 1])
  expect(await versions('a')).toEqual([1, 1])
  expect(await versions('b')).toEqual([2, 1])
  const { processes } = await store.deploy({
    at: 1_000,
    processes: [processOf(program), processOf(programOf('unbound'), '<changed/>')],
    forms: [],
  })
  expect(processes.map(({ version }) => version)).toEqual([3, 2])
})

test('forms have versions as well', async () => {
  const form = (title: string) =>
    store.deploy({
      at: 1_000,
      processes: [],
      forms: [{ resourceName: 'f.form', formId: 'f', schema: { title } }],
    })
  const one = await form('a')
  expect(one.forms).toMatchObject([{ formId: 'f', version: 1, resourceName: 'f.form' }])
  expect((await form('a')).forms).toEqual(one.forms)
  expect((await form('b')).forms).toMatchObject([{ version: 2 }])
})
