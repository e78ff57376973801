import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { findForChange, noSuchScript } from './access.ts'

export const updateScript = operation({
  id: 'updateScript',
  target: (_, answer) => answer.scriptKey,
  run: async ({ scripts, reads, now }, { params: { scriptKey }, body }, { identity }) => {
    const found = await findForChange({ reads }, identity, scriptKey)
    if (!found.ok) return found
    const { key, userId, script } = found.value
    const { version, ...changes } = body
    if (changes.shared === false && !script.own) {
      return refuse('FORBIDDEN', 'only its owner stops sharing a script; delete it instead')
    }
    const outcome = await scripts.update({
      ...changes,
      shared: changes.shared,
      key,
      basedOn: version,
      now: now(),
      createdBy: identity?.username ?? '',
    })
    if (outcome === 'not-found') return noSuchScript(scriptKey)
    if (outcome !== 'done') {
      return refuse(
        'INVALID_STATE',
        `version ${outcome.newer} is the newest, not ${version}: look at it first`,
      )
    }
    const changed = await reads.getScript(key, userId)
    return changed === undefined ? noSuchScript(scriptKey) : success(changed)
  },
})
