/** What an operator sets for an application: `BRAID_APP_<APPLICATION>_<FIELD>`, or the default of its schema. */
import type { JsonValue } from '@braid/core/base/json.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { JsonSchema } from '@braid/core/model/dag.ts'
import { flawsOf } from '../operations/validation.ts'
import type { CheckedApplication } from './check-application.ts'
import { plainJson } from './check-output.ts'

/** By the whole name. */
export type SettingValues = Readonly<Record<string, { readonly value: string; readonly isSecret: boolean }>>

export type ApplicationSettings = {
  /** Without secrets. */
  readonly values: Readonly<Record<string, JsonValue | undefined>>
  secret(field: string): string | undefined
}

/** `apiKey` of `my-documents` is `BRAID_APP_MY_DOCUMENTS_API_KEY`. */
export const settingName = (application: string, field: string): string =>
  `BRAID_APP_${[application, field]
    .map((part) =>
      part
        .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
        .replaceAll('-', '_')
        .toUpperCase(),
    )
    .join('_')}`

export function readSettings(
  { definition, settingsSchema }: Pick<CheckedApplication, 'definition' | 'settingsSchema'>,
  given: SettingValues,
): Result<ApplicationSettings, string> {
  const { name, settings: schema } = definition
  if (schema === undefined) return success({ values: {}, secret: () => undefined })
  const secrets = new Map<string, string>()
  const read: Record<string, unknown> = {}
  for (const field of Object.keys(schema.shape)) {
    const found = given[settingName(name, field)]
    if (found === undefined) continue
    if (found.isSecret) secrets.set(field, found.value)
    read[field] = found.isSecret ? found.value : readText(found.value, fieldSchema(settingsSchema, field))
  }
  const parsed = schema.safeParse(read)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const [flaw] = flawsOf(parsed.error.issues, 'settings', read)
    return failure(`${settingName(name, String(issue?.path[0] ?? ''))}: ${flaw?.message}`)
  }
  const values = Object.entries(parsed.data)
    .filter(([field]) => !secrets.has(field))
    .map(([field, value]) => [field, value === undefined ? undefined : plainJson(value)])
  return success({ values: Object.fromEntries(values), secret: (field) => secrets.get(field) })
}

const fieldSchema = (schema: JsonSchema | undefined, field: string): unknown => {
  const { properties } = schema ?? {}
  return typeof properties === 'object' && properties !== null ? Reflect.get(properties, field) : undefined
}

/** A setting is text; where its field is none, the text is its JSON. */
function readText(text: string, schema: unknown): unknown {
  const isText = typeof schema === 'object' && schema !== null && Reflect.get(schema, 'type') === 'string'
  if (isText) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
