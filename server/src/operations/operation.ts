/** How an operation is made and done: check permission, parse, do, audit. Transports only carry. */
import type { Route, RouteOutput, RouteRequest } from '@braid/contract/route.ts'
import { type OperationId, type Routes, routes } from '@braid/contract/routes.ts'
import type { Result } from '@braid/core/base/result.ts'
import type { AuditLog } from './audit-log.ts'
import type { Dependencies } from './dependencies.ts'
import type { KnownForms } from './form/known-forms.ts'
import { admits, type Identity } from './identity.ts'
import type { JobOwners } from './job/job-owners.ts'
import type { OutstandingJobs } from './job/outstanding-jobs.ts'
import type { KnownDefinitions } from './process-definition/known-definitions.ts'
import type { LatestDefinitions } from './process-definition/latest-definitions.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { Attempts } from './session/attempt-limit.ts'
import type { Authenticator } from './session/authenticate.ts'
import type { Passwords } from './user/passwords.ts'
import { type RawRequest, validate } from './validation.ts'

export type Context = Dependencies & {
  readonly audit: AuditLog
  readonly authenticator: Authenticator
  readonly passwords: Passwords
  readonly attempts: Attempts
  readonly definitions: KnownDefinitions
  readonly latestDefinitions: LatestDefinitions
  readonly knownForms: KnownForms
  readonly jobOwners: JobOwners
  readonly outstandingJobs: OutstandingJobs
  /** Where this node listens: another one than configured when that was taken. */
  readonly port: () => number
}

export type Caller = {
  /** Absent on public routes. */
  readonly identity: Identity | undefined
  readonly requestId: string
  /** Of the header `Idempotency-Key`. */
  readonly idempotencyKey?: string
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T

export type Answer<Id extends OperationId> = DeepReadonly<RouteOutput<Routes[Id]>>

export type Operation<Id extends OperationId> = {
  readonly id: Id
  readonly run: (
    context: Context,
    request: RouteRequest<Routes[Id]>,
    caller: Caller,
  ) => Promise<Result<Answer<Id>, Refusal>>
  /** Present when the operation changes something: the key of what it changes, for the audit log. */
  readonly target?: (request: RouteRequest<Routes[Id]>, answer: Answer<Id>) => string | undefined
}

/** Ties an implementation to its route. */
export const operation = <const Id extends OperationId>(definition: Operation<Id>): Operation<Id> =>
  definition

export async function perform<Id extends OperationId>(
  { id, run, target }: Operation<Id>,
  context: Context,
  raw: RawRequest,
  caller: Caller,
): Promise<Result<Answer<Id>, Refusal>> {
  const route: Route & Routes[Id] = routes[id]
  if (!admits(caller.identity, route, context.config.registration)) {
    return refuse('FORBIDDEN', `this needs the permission ${route.permission}`)
  }
  const request = validate(route, raw)
  if (!request.ok) return request
  const answer = await run(context, request.value, caller)
  if (answer.ok && target !== undefined) {
    const key = target(request.value, answer.value)
    context.audit.record({
      at: context.now(),
      actorKind: caller.identity?.kind ?? 'anonymous',
      actor: caller.identity?.username ?? '',
      operation: id,
      ...(key === undefined ? {} : { target: key }),
      requestId: caller.requestId,
    })
  }
  return answer
}
