/** Where a refusal of the server belongs in a form. */
import { ApiError } from '@braid/contract/client.ts'
import type { FieldErrors } from './draft.ts'

export type RefusedFields = {
  /** By path in the form. */
  readonly fields: FieldErrors
  /** What has no field here. */
  readonly rest: readonly string[]
}

export const nothingRefused: RefusedFields = { fields: new Map(), rest: [] }

/** `prefix`: where the form's value stands in the request, such as `body.input`. */
export function refusedFields(error: unknown, prefix: string): RefusedFields {
  if (!(error instanceof ApiError)) {
    return { fields: new Map(), rest: error == null ? [] : [textOf(error)] }
  }
  const { errors = [], detail, title } = error.problem
  const fields = new Map<string, string>()
  const rest: string[] = []
  for (const { path, message } of errors) {
    const within = path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`)
    if (within) fields.set(path.slice(prefix.length).replace(/^\./, ''), message)
    else rest.push(`${path}: ${message}`)
  }
  if (errors.length === 0) rest.push(detail || title)
  return { fields, rest }
}

const textOf = (error: unknown): string =>
  error instanceof TypeError
    ? 'The server can’t be reached. It may be restarting.'
    : error instanceof Error
      ? error.message
      : String(error)
