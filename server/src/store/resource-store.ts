/** Deleting what was deployed. The version before becomes the latest one. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { DagModel } from '@braid/core/model/dag.ts'
import type { Program } from '@braid/core/model/program.ts'
import type { Database } from './database.ts'
import { lockDeployments, openStartEvents, retireDefinition } from './deploy.ts'
import { syncSchedules } from './schedule-store.ts'

export type ResourceDeletion =
  | { readonly kind: 'deleted'; readonly what: 'form' | 'decisions' }
  /** `instances`: ended ones, or running ones that the caller is about to cancel, are left. */
  | { readonly kind: 'deleted'; readonly what: 'definition'; readonly instances: boolean }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'running'; readonly instances: number }

type Request = {
  readonly key: Key
  readonly at: Instant
  /** From when on the version before waits for its start, by the clock of the engine. */
  readonly engineNow: Instant
  /** Although instances run. */
  readonly evenRunning: boolean
}

/** Counting more tells nobody more. */
const countLimit = 10_000

export function deleteResource(database: Database, request: Request): Promise<ResourceDeletion> {
  return database.transaction(async (joined) => {
    await lockDeployments(joined)
    const definition = await deleteDefinition(joined, request)
    if (definition.kind !== 'not-found') return definition
    const decisions = await deleteDecisions(joined, request.key)
    return decisions.kind === 'not-found' ? deleteForm(joined, request.key) : decisions
  })
}

async function deleteDefinition(database: Database, request: Request): Promise<ResourceDeletion> {
  const { key, at, engineNow, evenRunning } = request
  const [found] = await database.run<{ process_id: string; is_latest: boolean }>({
    text: 'select process_id, is_latest from definition where key = $1 and deleted_at is null',
    values: [key],
  })
  if (found === undefined) return { kind: 'not-found' }
  const counts = await countInstances(database, key)
  if (counts.running > 0 && !evenRunning) return { kind: 'running', instances: counts.running }
  await database.run({
    text: 'update definition set deleted_at = $2, is_latest = false where key = $1',
    values: [key, at],
  })
  if (found.is_latest) await promotePrevious(database, found.process_id, engineNow)
  return { kind: 'deleted', what: 'definition', instances: counts.any }
}

async function countInstances(
  database: Database,
  key: Key,
): Promise<{ readonly running: number; readonly any: boolean }> {
  const [row] = await database.run<{ running: number; any: boolean }>({
    text: `
      select
        (select count(*) from (
          select from instance where definition_key = $1 and status = 'active' limit ${countLimit}
        ) c) as running,
        exists (select from instance where definition_key = $1) as any`,
    values: [key],
  })
  return row ?? { running: 0, any: false }
}

/** The start events and schedules of the deleted version go, those of the one before come again. */
async function promotePrevious(database: Database, processId: string, at: Instant): Promise<void> {
  await retireDefinition(database, processId)
  const [previous] = await database.run<{ key: number; program: string; model: string | null }>({
    text: `
      update definition set is_latest = true
      where key = (
        select key from definition where process_id = $1 and deleted_at is null order by version desc limit 1
      )
      returning key, program, model`,
    values: [processId],
  })
  const model = JSON.parse(previous?.model ?? '{}') as Partial<DagModel>
  const schedules = model.schedules ?? []
  await syncSchedules(database, { definitionId: processId, kind: 'dag', schedules, at })
  if (previous === undefined) return
  await openStartEvents({ database, at }, previous.key as Key, JSON.parse(previous.program) as Program)
}

/** A file of decisions; the record of what was evaluated stays. */
async function deleteDecisions(database: Database, key: Key): Promise<ResourceDeletion> {
  const decisions = await database.run<{ decision_id: string }>({
    text: 'delete from decision where requirements_key = $1 returning decision_id',
    values: [key],
  })
  const [deleted] = await database.run<{ requirements_id: string }>({
    text: 'delete from decision_requirements where key = $1 returning requirements_id',
    values: [key],
  })
  if (deleted === undefined) return { kind: 'not-found' }
  await database.run({
    text: `
      update decision_requirements r set is_latest = true
      where requirements_id = $1 and version = (
        select max(version) from decision_requirements where requirements_id = r.requirements_id
      )`,
    values: [deleted.requirements_id],
  })
  await database.run({
    text: `
      update decision d set is_latest = true
      where decision_id = any($1::text[])
        and version = (select max(version) from decision where decision_id = d.decision_id)`,
    values: [decisions.map(({ decision_id }) => decision_id)],
  })
  return { kind: 'deleted', what: 'decisions' }
}

async function deleteForm(database: Database, key: Key): Promise<ResourceDeletion> {
  const [deleted] = await database.run<{ resource_id: string; is_latest: boolean }>({
    text: 'delete from resource where key = $1 returning resource_id, is_latest',
    values: [key],
  })
  if (deleted === undefined) return { kind: 'not-found' }
  if (deleted.is_latest) {
    await database.run({
      text: `
        update resource set is_latest = true
        where key = (select key from resource where resource_id = $1 order by version desc limit 1)`,
      values: [deleted.resource_id],
    })
  }
  return { kind: 'deleted', what: 'form' }
}

/** Removes deleted definitions without instances, once nothing that began before can still bring one. */
export async function removeDeletedDefinitions(database: Database, before: Instant): Promise<void> {
  await database.run({
    name: 'remove-deleted-definitions',
    text: `
      delete from definition d
      where d.deleted_at < $1 and not exists (select from instance i where i.definition_key = d.key)`,
    values: [before],
  })
}
