/** Definitions as the engine needs them. */
import type { Key } from '@braid/core/base/key.ts'
import { type Program, programFormat } from '@braid/core/model/program.ts'
import type { Database } from './database.ts'
import type { ExecutionStore, OutdatedDefinition, StoredDefinition } from './port.ts'

type DefinitionRow = {
  readonly key: number
  readonly process_id: string
  readonly version: number
  readonly name: string | null
  readonly version_tag: string | null
  readonly program: string
  readonly deployment_key: number
  readonly language: string
}

type OlderProgram = { readonly format: Exclude<number, typeof programFormat> }

const isCurrent = (program: Program | OlderProgram): program is Program => program.format === programFormat

/** Apart from the Program, because it is as large and hardly ever needed. A DAG's model says more than its file. */
async function loadSource(database: Database, key: Key): Promise<string> {
  const [row] = await database.run<{ readonly xml: string }>({
    name: 'load-definition-source',
    text: 'select coalesce(model, xml) as xml from definition where key = $1',
    values: [key],
  })
  if (row === undefined) throw new Error(`process definition ${key} has no source`)
  return row.xml
}

export async function loadDefinition(
  database: Database,
  key: Key,
): Promise<StoredDefinition | OutdatedDefinition | undefined> {
  const [row] = await database.run<DefinitionRow>({
    name: 'load-definition',
    text: `
      select key, process_id, version, name, version_tag, program, deployment_key, language
      from definition
      where key = $1`,
    values: [key],
  })
  if (row === undefined) return undefined
  const program = JSON.parse(row.program) as Program | OlderProgram
  return {
    key: row.key as Key,
    processId: row.process_id,
    version: row.version,
    ...(row.name === null ? {} : { name: row.name }),
    ...(row.version_tag === null ? {} : { versionTag: row.version_tag }),
    ...(isCurrent(program) ? { program } : { source: await loadSource(database, key) }),
    ...(row.language === 'bpmn' ? {} : { language: row.language }),
    deploymentKey: row.deployment_key as Key,
  }
}

type KeyRow = { readonly key: number }

const findLatest = (database: Database, processId: string): Promise<readonly KeyRow[]> =>
  database.run<KeyRow>({
    name: 'find-latest-definition',
    text: 'select key from definition where process_id = $1 and is_latest',
    values: [processId],
  })

const findTagged = (database: Database, processId: string, versionTag: string): Promise<readonly KeyRow[]> =>
  database.run<KeyRow>({
    name: 'find-tagged-definition',
    text: `
      select key from definition
      where process_id = $1 and version_tag = $2 and version_tag is not null and deleted_at is null
      order by version desc
      limit 1`,
    values: [processId, versionTag],
  })

const findDeployedWith = (database: Database, processId: string, caller: Key): Promise<readonly KeyRow[]> =>
  database.run<KeyRow>({
    name: 'find-definition-of-deployment',
    text: `
      select d.key
      from definition c join definition d on d.deployment_key <= c.deployment_key and d.process_id = $1
      where c.key = $2 and d.deleted_at is null
      order by d.version desc
      limit 1`,
    values: [processId, caller],
  })

export async function findDefinition(
  database: Database,
  query: Parameters<ExecutionStore['findDefinition']>[0],
): Promise<Key | undefined> {
  const { processId, binding, versionTag, callerDefinitionKey } = query
  if (binding === 'versionTag') {
    return versionTag === undefined
      ? undefined
      : ((await findTagged(database, processId, versionTag))[0]?.key as Key | undefined)
  }
  if (binding === 'deployment' && callerDefinitionKey !== undefined) {
    const [deployed] = await findDeployedWith(database, processId, callerDefinitionKey)
    if (deployed !== undefined) return deployed.key as Key
  }
  return (await findLatest(database, processId))[0]?.key as Key | undefined
}

/** Latest versions with conditional start events. */
export async function conditionalDefinitions(database: Database): Promise<readonly Key[]> {
  const rows = await database.run<KeyRow>({
    name: 'conditional-definitions',
    text: `
      select distinct definition_key as key from start_subscription where kind = 'conditional'
      order by definition_key`,
  })
  return rows.map(({ key }) => key as Key)
}
