/** Jobs of types that Braid does itself are no work for others. */
import { type Result, success } from '@braid/core/base/result.ts'
import { decisionJobType } from '@braid/core/definition/bpmn/decision-task.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** `path`: the field of the request that names the type. */
export function refuseReserved(type: string, path: string): Result<undefined, Refusal> {
  if (type !== decisionJobType) return success(undefined)
  const message = `expected another type than ${type}: Braid does these jobs itself`
  return refuse('INVALID_REQUEST', `${path}: ${message}`, { errors: [{ path, message }] })
}
