import type { Key } from '@braid/core/base/key.ts'
import { success } from '@braid/core/base/result.ts'
import type { Reads } from '../dependencies.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const searchUserTaskVariables = operation({
  id: 'searchUserTaskVariables',
  run: async ({ reads }, { params: { userTaskKey }, body }) => {
    const key = keyOf('user task', userTaskKey)
    if (!key.ok) return key
    const task = await reads.getUserTask(key.value)
    if (task === undefined) return notFound('user task', userTaskKey)
    const element = keyOf('element instance', task.elementInstanceKey)
    if (!element.ok) return element
    const filter = { ...body?.filter, scopeKey: { $in: await visibleScopes(reads, element.value) } }
    return success(await reads.search.variables({ ...body, filter }, true))
  },
})

/** The element instance and the scopes around it, inside out; nesting is bounded by the definition. */
async function visibleScopes(reads: Pick<Reads, 'getElementInstance'>, start: Key): Promise<string[]> {
  const scopes: string[] = []
  for (let at: Key | undefined = start; at !== undefined; ) {
    const instance = await reads.getElementInstance(at)
    if (instance === undefined) break
    scopes.push(instance.elementInstanceKey)
    const scope = keyOf('element instance', instance.elementInstanceScopeKey ?? '')
    at = scope.ok ? scope.value : undefined
  }
  return scopes
}
