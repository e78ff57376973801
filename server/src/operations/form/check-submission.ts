import type { Form } from '@braid/contract/process-definition.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { submitForm } from '@braid/core/form/submit.ts'
import type { Context } from '../operation.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { maxErrors, pathText } from '../validation.ts'

/**
 * The variables that a form makes of what was sent for it, or which fields it refuses. `known`: what the process knew
 * before.
 */
export function checkSubmission(
  { knownForms, execution }: Pick<Context, 'knownForms' | 'execution'>,
  form: Form,
  known: JsonObject,
  submitted: JsonObject,
): Result<JsonObject, Refusal> {
  const read = knownForms.read(form)
  if (read === undefined) return success(submitted)
  const outcome = submitForm(read, { known, submitted, now: execution.now() })
  if (outcome.ok) return outcome
  const errors = outcome.error.slice(0, maxErrors).map(({ path, message }) => ({
    path: pathText('body.variables', path),
    message,
  }))
  const [first] = errors
  const detail = first === undefined ? 'the form refuses it' : `${first.path}: ${first.message}`
  return refuse('INVALID_REQUEST', detail, { errors })
}
