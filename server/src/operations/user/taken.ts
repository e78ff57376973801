import type { Taken } from '../../store/user-store.ts'
import { refuse } from '../refusal.ts'

/** A conflict with what is there (RFC 9110, 15.5.10), as Camunda 8 answers it: the request itself is fine. */
export function alreadyTaken({ taken }: Taken) {
  const what = taken === 'username' ? 'this user name' : 'this e-mail address'
  const path = `body.${taken}`
  const message = `expected another one: somebody has ${what} already`
  return refuse('ALREADY_EXISTS', `${path}: ${message}`, { errors: [{ path, message }] })
}
