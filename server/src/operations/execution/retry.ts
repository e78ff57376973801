import { isOver } from '@braid/contract/execution.ts'
import { parseKey } from '@braid/core/base/key.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import { chooseScript, ownerOf } from './choose-script.ts'
import { priorityFlaw, startRun } from './execute.ts'
import { openForChange } from './open-execution.ts'

export const retryExecution = operation({
  id: 'retryExecution',
  target: (_, answer) => answer.executionKey,
  run: async (context, { params: { executionKey } }, { identity }) => {
    if (identity === undefined) return refuse('UNAUTHENTICATED', 'a run belongs to who asks for it')
    const opened = await openForChange(context, identity, executionKey)
    if (!opened.ok) return opened
    const { key, run } = opened.value
    if (!isOver(run.state)) {
      return refuse(
        'INVALID_STATE',
        `cannot retry a run that is ${run.state}: cancel it, or wait for its end`,
      )
    }
    const { language, version, script: source, stdin, input, timeoutMs, maxAttempts, priority } = run
    const flaw = priorityFlaw(identity, priority)
    if (flaw !== undefined) return flaw
    // What could be run then may be gone by now.
    const chosen = await chooseScript(context, identity, { script: source, language, version })
    if (!chosen.ok) return chosen
    const script = scriptOf(run)
    return startRun(context, {
      ...chosen.value,
      ...{ stdin, input, timeoutMs, maxAttempts, priority },
      ...ownerOf(identity),
      trigger: 'retry',
      retryOf: key,
      ...(script === undefined ? {} : { script }),
    })
  },
})

/** The saved script that it was a run of. */
function scriptOf(run: {
  readonly scriptKey?: string | undefined
  readonly scriptVersion?: number | undefined
  readonly scriptName?: string | undefined
}) {
  const key = parseKey(run.scriptKey ?? '')
  if (key === undefined || run.scriptVersion === undefined) return undefined
  return { key, version: run.scriptVersion, name: run.scriptName ?? '' }
}
