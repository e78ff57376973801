import { type Result, success } from '@braid/core/base/result.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** What a schema can't say: a password must not be what everybody knows of its user. `path`: where it stands. */
export function checkPassword(
  password: string,
  path: string,
  known: { readonly username: string; readonly email: string | undefined },
): Result<undefined, Refusal> {
  const text = password.toLowerCase()
  const same = (['username', 'email'] as const).find((field) => known[field]?.toLowerCase() === text)
  if (same === undefined) return success(undefined)
  const message = `expected a password other than the ${same === 'email' ? 'e-mail address' : 'user name'}`
  return refuse('INVALID_REQUEST', `${path}: ${message}`, { errors: [{ path, message }] })
}
