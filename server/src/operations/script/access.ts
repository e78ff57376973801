/** Whose script it is. What somebody may not see does not exist for them. */
import type { ScriptWithSource } from '@braid/contract/script.ts'
import type { Key } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { Identity } from '../identity.ts'
import { keyOf } from '../keys.ts'
import type { Context } from '../operation.ts'
import { notFound, type Refusal, refuse } from '../refusal.ts'

export const noSuchScript = (scriptKey: string) => notFound('script', scriptKey)

export type SeenScript = { readonly key: Key; readonly userId: string; readonly script: ScriptWithSource }

export async function findScript(
  { reads }: Pick<Context, 'reads'>,
  identity: Pick<Identity, 'userId'> | undefined,
  scriptKey: string,
): Promise<Result<SeenScript, Refusal>> {
  const key = keyOf('script', scriptKey)
  if (!key.ok) return key
  const userId = identity?.userId
  const script = userId === undefined ? undefined : await reads.getScript(key.value, userId)
  if (userId === undefined || script === undefined) return noSuchScript(scriptKey)
  return success({ key: key.value, userId, script })
}

/** For changes: owners change theirs, and who may do everything what others share. */
export async function findForChange(
  context: Pick<Context, 'reads'>,
  identity: Identity | undefined,
  scriptKey: string,
): Promise<Result<SeenScript, Refusal>> {
  const found = await findScript(context, identity, scriptKey)
  if (!found.ok || found.value.script.own || identity?.grants.has('*')) return found
  return refuse(
    'FORBIDDEN',
    'this script is shared to be read: only its owner or an administrator changes it',
  )
}
