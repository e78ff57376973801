import { createHash } from 'node:crypto'
import type { ExecutionPriority, RunScriptRequest } from '@braid/contract/execution.ts'
import type { JsonValue } from '@braid/core/base/json.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { ScriptRunRefusal, ScriptRunRequest, StartedScriptRun } from '../../execution/script-runs.ts'
import { canonical } from '../../json-canonical.ts'
import { holds, type Identity } from '../identity.ts'
import { type Answer, type Caller, type Context, operation } from '../operation.ts'
import { type Refusal, refuse, rejected } from '../refusal.ts'
import { chooseScript, ownerOf } from './choose-script.ts'

export const executeScript = operation({
  id: 'executeScript',
  target: (_, answer) => answer.executionKey,
  run: async (context, { body }, caller) => {
    const { identity } = caller
    if (identity === undefined) return refuse('UNAUTHENTICATED', 'a run belongs to who asks for it')
    const { priority, stdin, input, timeoutMs, maxAttempts } = body
    const flaw = priorityFlaw(identity, priority)
    if (flaw !== undefined) return flaw
    const idempotency = idempotencyOf(caller, body)
    if (!idempotency.ok) return idempotency
    const chosen = await chooseScript(context, identity, body)
    if (!chosen.ok) return chosen
    return startRun(context, {
      ...chosen.value,
      ...ownerOf(identity),
      ...idempotency.value,
      stdin,
      input,
      timeoutMs,
      maxAttempts,
      priority,
      trigger: identity.kind === 'session' ? 'manual' : 'api',
    })
  },
})

/** Undefined: they may have it. */
export const priorityFlaw = (identity: Identity, priority: ExecutionPriority) =>
  (priority === 'critical' || priority === 'high') && !holds(identity, 'execution:prioritize')
    ? refuse('FORBIDDEN', `the priority ${priority} needs the permission execution:prioritize`)
    : undefined

export async function startRun(
  { scriptRuns }: Pick<Context, 'scriptRuns'>,
  request: ScriptRunRequest,
): Promise<Result<Answer<'executeScript'>, Refusal>> {
  const started = await scriptRuns.start(request)
  return started.ok ? success(accepted(started.value)) : refusalOf(started.error)
}

/** In the words of the API. */
export function refusalOf(refusal: ScriptRunRefusal): Result<never, Refusal> {
  switch (refusal.kind) {
    case 'differs':
      return refuse(
        'INVALID_SCRIPT',
        'Idempotency-Key: expected the same request that it was used with before',
      )
    case 'queue-full':
      return refuse('TOO_MANY_REQUESTS', 'too many scripts wait in line: cancel some, or wait')
    case 'rejected':
      return rejected(refusal.rejection)
  }
}

const accepted = ({ key, state }: StartedScriptRun): Answer<'executeScript'> => ({
  executionKey: String(key),
  state,
})

function idempotencyOf(
  { idempotencyKey: key }: Caller,
  body: RunScriptRequest,
): Result<Pick<ScriptRunRequest, 'idempotency'>, Refusal> {
  if (key === undefined) return success({})
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
    return refuse('INVALID_REQUEST', 'Idempotency-Key: expected 1 to 200 visible characters')
  }
  // Fields that are not there are no part of it.
  const text = canonical(JSON.parse(JSON.stringify(body)) as JsonValue)
  return success({ idempotency: { key, hash: createHash('sha256').update(text).digest('hex') } })
}
