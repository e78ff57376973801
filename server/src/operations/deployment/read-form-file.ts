/** Reads a form-js file: JSON with an id, whose components can be understood. */
import type { JsonObject } from '@braid/core/base/json.ts'
import { findJsonFlaw } from '@braid/core/base/json-text.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { FormFinding } from '@braid/core/form/form.ts'
import { readForm } from '@braid/core/form/read-form.ts'
import { findSyntaxError } from '../../json-syntax.ts'
import type { DefinitionFinding } from '../dependencies.ts'
import type { DeploymentCode } from './deployment-code.ts'

export type FormFile = { readonly formId: string; readonly schema: JsonObject }

type Read = { readonly form: FormFile; readonly warnings: readonly DefinitionFinding[] }

export function readFormFile(content: string): Result<Read, readonly DefinitionFinding[]> {
  const schema = parse(content)
  if (!schema.ok) return schema
  const { id } = schema.value
  if (typeof id !== 'string' || id.length === 0 || id.length > 255 || id.includes('\0')) {
    return flawed('FORM_WITHOUT_ID', 'expected a text in the field "id" of the form')
  }
  const read = readForm(schema.value)
  if (!read.ok) return failure(read.error.map((finding) => placed(finding, content)))
  const warnings = read.value.warnings.map((finding) => placed(finding, content))
  return success({ form: { formId: id, schema: schema.value }, warnings })
}

function parse(content: string): Result<JsonObject, readonly DefinitionFinding[]> {
  const error = findSyntaxError(content)
  if (error !== undefined) {
    const where = `in line ${lineAt(content, error.at)}, column ${columnAt(content, error.at)}`
    return flawed('FORM_MALFORMED', `expected ${error.expected} ${where}`, lineAt(content, error.at))
  }
  const flaw = findJsonFlaw(content)
  if (flaw !== undefined) return flawed('FORM_MALFORMED', flaw.message, lineAt(content, flaw.at))
  const value: unknown = JSON.parse(content)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? success(value as JsonObject)
    : flawed('FORM_MALFORMED', 'expected a JSON object', 1)
}

/** The component is where its id is written first. */
function placed({ elementId, ...finding }: FormFinding, content: string): DefinitionFinding {
  if (elementId === undefined) return finding
  const at = content.indexOf(JSON.stringify(elementId))
  return { ...finding, elementId, ...(at >= 0 && { line: lineAt(content, at) }) }
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length
const columnAt = (text: string, at: number): number => at - text.lastIndexOf('\n', at - 1)

const flawed = (code: DeploymentCode, message: string, line?: number) =>
  failure<readonly DefinitionFinding[]>([
    { severity: 'error', code, message, ...(line !== undefined && { line }) },
  ])
