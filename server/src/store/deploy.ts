/**
 * Stores a deployment in one transaction: all its resources or none. A file equal to the latest version of its
 * process, decisions or form keeps that version and its key, unless it is a process that means other files of its
 * deployment and one of them changed. Start events wait for the latest version only.
 */
import { createHash } from 'node:crypto'
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { DagModel } from '@braid/core/model/dag.ts'
import type { Program } from '@braid/core/model/program.ts'
import type { Database } from './database.ts'
import { type DecisionsInput, deployDecisions, type StoredDecisions } from './deploy-decisions.ts'
import type { Deploying } from './deploying.ts'
import { bindsDeployment } from './deployment-binding.ts'
import { advisoryLocks, allocateKeys } from './key-sequence.ts'
import { syncSchedules } from './schedule-store.ts'
import { type StartEvents, startEventsOf } from './start-events.ts'

export type DeploymentInput = {
  readonly at: Instant
  readonly processes: readonly {
    readonly resourceName: string
    readonly xml: string
    readonly program: Program
    /** Of what is no BPMN: its compiled form, from which it can be compiled anew. The text of its file is `xml`. */
    readonly source?: { readonly language: 'dag'; readonly model: DagModel } | { readonly language: 'script' }
  }[]
  readonly forms: readonly {
    readonly resourceName: string
    readonly formId: string
    readonly schema: JsonObject
  }[]
  readonly decisions?: readonly DecisionsInput[]
}

export type StoredDeployment = {
  readonly deploymentKey: Key
  readonly processes: readonly {
    readonly processDefinitionKey: Key
    readonly processDefinitionId: string
    readonly version: number
    readonly resourceName: string
  }[]
  readonly forms: readonly {
    readonly formKey: Key
    readonly formId: string
    readonly version: number
    readonly resourceName: string
  }[]
  readonly decisions: readonly StoredDecisions[]
}

type Latest = { readonly key: number; readonly version: number; readonly checksum: string }

const checksumOf = (content: string): string => createHash('sha256').update(content).digest('hex')

/** Of a DAG also of its model: what tasks say of themselves is in it. */
const checksumOfProcess = ({ xml, source }: DeploymentInput['processes'][number]): string =>
  checksumOf(source?.language === 'dag' ? `${xml}\n${JSON.stringify(source.model)}` : xml)

export function lockDeployments(database: Database): Promise<unknown> {
  return database.run({
    text: 'select pg_advisory_xact_lock($1, $2)',
    values: [advisoryLocks.space, advisoryLocks.deploy],
  })
}

function insertDeployment({ database, key, at }: Deploying): Promise<unknown> {
  return database.run({
    text: 'insert into deployment (key, deployed_at) values ($1, $2)',
    values: [key, at],
  })
}

function latestDefinition(database: Database, processId: string): Promise<readonly Latest[]> {
  return database.run<Latest>({
    text: 'select key, version, checksum from definition where process_id = $1 and is_latest',
    values: [processId],
  })
}

/** Also of a version that was deleted. */
async function lastVersion(database: Database, processId: string): Promise<number> {
  const [last] = await database.run<{ version: number }>({
    text: 'select coalesce(max(version), 0) as version from definition where process_id = $1',
    values: [processId],
  })
  return last?.version ?? 0
}

export function retireDefinition(database: Database, processId: string): Promise<unknown> {
  return database.run({
    text: `
      with retired as (update definition set is_latest = false where process_id = $1 and is_latest),
        closed as (delete from start_subscription where process_id = $1)
      delete from timer where process_id = $1 and instance_key is null`,
    values: [processId],
  })
}

const startFormOf = (program: Program): string | undefined =>
  program.nodes.find((node) => node.type === 'process')?.startForm?.formId

function insertDefinition(
  { database, key: deploymentKey, at }: Deploying,
  process: DeploymentInput['processes'][number],
  key: Key,
  version: number,
): Promise<unknown> {
  return database.run({
    text: `
      insert into definition (key, process_id, version, name, version_tag, resource_name, xml, program, checksum,
        deployment_key, deployed_at, is_latest, start_form_id, language, model)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, true, $12, $13, $14)`,
    values: [
      key,
      process.program.processId,
      version,
      process.program.name ?? null,
      process.program.versionTag ?? null,
      process.resourceName,
      process.xml,
      JSON.stringify(process.program),
      checksumOfProcess(process),
      deploymentKey,
      at,
      startFormOf(process.program) ?? null,
      process.source?.language ?? 'bpmn',
      process.source?.language === 'dag' ? JSON.stringify(process.source.model) : null,
    ],
  })
}

function insertStartSubscriptions(
  { database, at }: Pick<Deploying, 'database' | 'at'>,
  definitionKey: Key,
  processId: string,
  subscriptions: readonly { readonly element: string; readonly kind: string; readonly name: string }[],
): Promise<unknown> {
  return database.run({
    text: `
      insert into start_subscription (definition_key, process_id, opened_at, element, kind, name)
      select $1, $2, $3, s.* from unnest($4::text[], $5::text[], $6::text[]) as s(element, kind, name)`,
    values: [
      definitionKey,
      processId,
      at,
      subscriptions.map(({ element }) => element),
      subscriptions.map(({ kind }) => kind),
      subscriptions.map(({ name }) => name),
    ],
  })
}

function insertStartTimers(
  { database }: Pick<Deploying, 'database'>,
  definitionKey: Key,
  processId: string,
  timers: StartEvents['timers'],
  firstKey: number,
): Promise<unknown> {
  return database.run({
    text: `
      insert into timer (key, definition_key, process_id, element, due, available_at, repetitions, cycle)
      select t.key, $1, $2, t.element, t.due, t.due, t.repetitions, t.cycle
      from unnest($3::bigint[], $4::text[], $5::bigint[], $6::int[], $7::text[])
        as t(key, element, due, repetitions, cycle)`,
    values: [
      definitionKey,
      processId,
      timers.map((_, index) => firstKey + index),
      timers.map(({ element }) => element),
      timers.map(({ due }) => due),
      timers.map(({ repetitions }) => repetitions ?? null),
      timers.map(({ cycle }) => cycle ?? null),
    ],
  })
}

export async function openStartEvents(
  deploying: Pick<Deploying, 'database' | 'at'>,
  definitionKey: Key,
  program: Program,
): Promise<void> {
  const starts = startEventsOf(program, deploying.at)
  if (!starts.ok) throw new Error(`start event ${starts.error.element}: ${starts.error.message}`)
  const { subscriptions, conditions, timers } = starts.value
  const waiting = [
    ...subscriptions,
    ...conditions.map((element) => ({ element, kind: 'conditional' as const, name: '' })),
  ]
  if (waiting.length > 0) await insertStartSubscriptions(deploying, definitionKey, program.processId, waiting)
  if (timers.length > 0) {
    const firstKey = await allocateKeys(deploying.database, timers.length)
    await insertStartTimers(deploying, definitionKey, program.processId, timers, firstKey)
  }
}

async function deployProcess(
  deploying: Deploying,
  process: DeploymentInput['processes'][number],
  othersChanged: boolean,
): Promise<StoredDeployment['processes'][number]> {
  const { program, resourceName } = process
  const { processId } = program
  const [latest] = await latestDefinition(deploying.database, processId)
  const answer = (key: number, version: number) => ({
    processDefinitionKey: key as Key,
    processDefinitionId: processId,
    version,
    resourceName,
  })
  const isSame =
    latest?.checksum === checksumOfProcess(process) && !(othersChanged && bindsDeployment(program))
  if (latest !== undefined && isSame) return answer(latest.key, latest.version)
  const key = (await allocateKeys(deploying.database, 1)) as Key
  const version = (await lastVersion(deploying.database, processId)) + 1
  await retireDefinition(deploying.database, processId)
  await insertDefinition(deploying, process, key, version)
  await openStartEvents(deploying, key, program)
  await syncSchedules(deploying.database, {
    definitionId: processId,
    kind: 'dag',
    schedules: process.source?.language === 'dag' ? (process.source.model.schedules ?? []) : [],
    at: deploying.at,
  })
  return answer(key, version)
}

async function someChanged(database: Database, processes: DeploymentInput['processes']): Promise<boolean> {
  for (const process of processes) {
    const [latest] = await latestDefinition(database, process.program.processId)
    if (latest?.checksum !== checksumOfProcess(process)) return true
  }
  return false
}

function latestResource(database: Database, resourceId: string): Promise<readonly Latest[]> {
  return database.run<Latest>({
    text: 'select key, version, checksum from resource where resource_id = $1 and is_latest',
    values: [resourceId],
  })
}

function retireResource(database: Database, resourceId: string): Promise<unknown> {
  return database.run({
    text: 'update resource set is_latest = false where resource_id = $1 and is_latest',
    values: [resourceId],
  })
}

function insertResource(
  { database, key: deploymentKey, at }: Deploying,
  resource: {
    readonly key: Key
    readonly resourceId: string
    readonly version: number
    readonly resourceName: string
    readonly content: string
    readonly versionTag: string | undefined
  },
): Promise<unknown> {
  return database.run({
    text: `
      insert into resource (key, resource_id, version, resource_name, content, checksum, deployment_key, deployed_at,
        is_latest, version_tag)
      values ($1, $2, $3, $4, $5, $6, $7, $8, true, $9)`,
    values: [
      resource.key,
      resource.resourceId,
      resource.version,
      resource.resourceName,
      resource.content,
      checksumOf(resource.content),
      deploymentKey,
      at,
      resource.versionTag ?? null,
    ],
  })
}

async function deployForm(
  deploying: Deploying,
  form: DeploymentInput['forms'][number],
): Promise<StoredDeployment['forms'][number]> {
  const { formId, resourceName } = form
  const content = JSON.stringify(form.schema)
  const [latest] = await latestResource(deploying.database, formId)
  if (latest?.checksum === checksumOf(content)) {
    return { formKey: latest.key as Key, formId, version: latest.version, resourceName }
  }
  const key = (await allocateKeys(deploying.database, 1)) as Key
  const version = (latest?.version ?? 0) + 1
  await retireResource(deploying.database, formId)
  const { versionTag } = form.schema
  await insertResource(deploying, {
    key,
    resourceId: formId,
    version,
    resourceName,
    content,
    versionTag: typeof versionTag === 'string' ? versionTag : undefined,
  })
  return { formKey: key, formId, version, resourceName }
}

export function deploy(database: Database, input: DeploymentInput): Promise<StoredDeployment> {
  return database.transaction(async (joined) => {
    await lockDeployments(joined)
    const deploymentKey = (await allocateKeys(joined, 1)) as Key
    const deploying: Deploying = { database: joined, key: deploymentKey, at: input.at }
    await insertDeployment(deploying)
    const decisions: StoredDecisions[] = []
    for (const file of input.decisions ?? []) decisions.push(await deployDecisions(deploying, file))
    const forms: StoredDeployment['forms'][number][] = []
    for (const form of input.forms) forms.push(await deployForm(deploying, form))
    // Keys grow, so what has a larger one than the deployment came with it.
    const isNew = (key: Key): boolean => key > deploymentKey
    const othersChanged =
      decisions.some(({ requirementsKey }) => isNew(requirementsKey)) ||
      forms.some(({ formKey }) => isNew(formKey)) ||
      (await someChanged(joined, input.processes))
    const processes: StoredDeployment['processes'][number][] = []
    for (const process of input.processes) {
      processes.push(await deployProcess(deploying, process, othersChanged))
    }
    return { deploymentKey, processes, forms, decisions }
  })
}
