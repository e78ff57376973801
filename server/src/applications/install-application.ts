/** Stores what an application brings: the tables of its schema, its DAGs, and its files as a deployment of everybody's. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Finding } from '@braid/contract/problem.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Refusal } from '../operations/refusal.ts'
import type { ApplicationSchemas } from '../store/application-schema.ts'
import type { CheckedApplication } from './check-application.ts'
import { type Failure, messageOf } from './failure-place.ts'

type File = { readonly name: string; readonly content: string }

export type InstallDependencies = {
  readonly schemas: ApplicationSchemas
  /** All or nothing; files that did not change keep their version. */
  readonly deploy: (files: readonly File[]) => Promise<Result<unknown, Refusal>>
}

export const installApplication =
  ({ schemas, deploy }: InstallDependencies) =>
  async (checked: CheckedApplication, folder: string): Promise<Result<undefined, Failure>> => {
    const { name, migrations } = checked.definition
    try {
      if (migrations.length > 0) await schemas.migrate(name, migrations)
    } catch (error) {
      return failure({ message: messageOf(error), place: `${name}/application.ts` })
    }
    const files = await filesOf(checked, folder)
    if (!files.ok || files.value.length === 0) return files.ok ? success(undefined) : files
    const deployed = await deploy(files.value)
    if (deployed.ok) return success(undefined)
    const { detail, extra } = deployed.error
    const [first] = extra?.findings?.filter(({ severity }) => severity === 'error') ?? []
    return failure({
      message: detail,
      place: first === undefined ? `${name}/application.ts` : placeOf(first, name),
    })
  }

async function filesOf(
  { definition: { name, processes, forms }, dags }: CheckedApplication,
  folder: string,
): Promise<Result<readonly File[], Failure>> {
  const files: File[] = dags.map((dag) => ({
    name: `${dag.id}.dag.json`,
    content: JSON.stringify(dag, undefined, 2),
  }))
  for (const file of [...processes, ...forms]) {
    try {
      files.push({ name: `${name}/${file}`, content: await readFile(join(folder, file), 'utf8') })
    } catch {
      return failure({
        message: `expected a file ${file} beside application.ts`,
        place: `${name}/application.ts`,
      })
    }
  }
  return success(files)
}

const placeOf = ({ resourceName, line, elementId }: Finding, application: string): string => {
  const at = line === undefined ? '' : `:${line}:1`
  // A DAG of the definition has no file of its own.
  return resourceName.endsWith('.dag.json') && at === ''
    ? `${application}/application.ts${elementId === undefined ? '' : ` (${elementId})`}`
    : `${resourceName}${at}`
}
