/** Forms, and which version of one a definition means. */
import type { Form } from '@braid/contract/process-definition.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from '../database.ts'
import type { Programs } from './programs.ts'
import { defaultTenant } from './row.ts'

/** One version of a form, without its content. */
export type FormVersion = {
  readonly key: number
  readonly resource_id: string
  readonly version_tag: string | null
  readonly deployment_key: number
  readonly is_latest: boolean
}

export type FormBinding = {
  readonly binding?: 'latest' | 'deployment' | 'versionTag' | undefined
  readonly versionTag?: string | undefined
}

/** All versions of the named forms, newest first. */
export const loadFormVersions = (
  database: Database,
  formIds: readonly string[],
): Promise<readonly FormVersion[]> =>
  database.run<FormVersion>({
    text: `
      select key, resource_id, version_tag, deployment_key, is_latest
      from resource
      where resource_id = any($1::text[])
      order by version desc`,
    values: [formIds],
  })

/** The version that a binding means; `deploymentKey`: of the definition that names the form. */
export function chooseForm(
  forms: readonly FormVersion[],
  formId: string,
  { binding, versionTag }: FormBinding,
  deploymentKey: number,
): number | undefined {
  const versions = forms.filter((form) => form.resource_id === formId)
  const latest = versions.find((form) => form.is_latest)
  switch (binding) {
    case 'deployment':
      // What a deployment contained without change keeps its earlier deployment: it was the latest then.
      return (versions.find((form) => form.deployment_key <= deploymentKey) ?? latest)?.key
    case 'versionTag':
      return versions.find((form) => form.version_tag === versionTag)?.key
    default:
      return latest?.key
  }
}

type FormRow = {
  readonly key: number
  readonly resource_id: string
  readonly version: number
  readonly content: string
}

export async function getForm(database: Database, key: number): Promise<Form | undefined> {
  const [row] = await database.run<FormRow>({
    text: 'select key, resource_id, version, content from resource where key = $1',
    values: [key],
  })
  if (row === undefined) return undefined
  return {
    formKey: String(row.key),
    formId: row.resource_id,
    version: row.version,
    tenantId: defaultTenant,
    schema: JSON.parse(row.content) as JsonObject,
  }
}

type NamingRow = { readonly start_form_id: string | null; readonly deployment_key: number }

/** The form of a start event; without one, of the start event that has a form. */
export async function getStartForm(
  database: Database,
  programs: Programs,
  definitionKey: Key,
  start?: string,
): Promise<Form | undefined> {
  const [definition] = await database.run<NamingRow>({
    text: 'select start_form_id, deployment_key from definition where key = $1',
    values: [definitionKey],
  })
  const formId = definition?.start_form_id ?? undefined
  if (definition === undefined || formId === undefined) return undefined
  const elements = (await programs.load([definitionKey]))(definitionKey)
  const process = [...elements.values()].find((node) => node.type === 'process')
  const named = process?.type === 'process' ? process.startForm : undefined
  if (start !== undefined && named !== undefined && named.start !== start) return undefined
  const forms = await loadFormVersions(database, [formId])
  const key = chooseForm(forms, formId, named ?? {}, definition.deployment_key)
  return key === undefined ? undefined : getForm(database, key)
}
