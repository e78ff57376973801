/** Reads a form-js file: JSON with an id. */

import type { JsonObject } from '@braid/core/base/json.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { jsonFlaw } from '../../json-text.ts'
import type { DefinitionFinding } from '../dependencies.ts'
import type { DeploymentCode } from './deployment-code.ts'

export type FormFile = { readonly formId: string; readonly schema: JsonObject }

export function readForm(content: string): Result<FormFile, readonly DefinitionFinding[]> {
  const flaw = jsonFlaw(content)
  if (flaw !== undefined) return flawed('FORM_MALFORMED', flaw)
  const schema = parse(content)
  if (schema === undefined) return flawed('FORM_MALFORMED', 'expected a JSON object')
  const { id } = schema
  if (typeof id !== 'string' || id.length === 0 || id.length > 255 || id.includes('\0')) {
    return flawed('FORM_WITHOUT_ID', 'expected a text in the field "id" of the form')
  }
  return success({ formId: id, schema })
}

function parse(content: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(content)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined
  } catch {
    return undefined
  }
}

const flawed = (code: DeploymentCode, message: string) =>
  failure<readonly DefinitionFinding[]>([{ severity: 'error', code, message }])
