import type { Key } from '@braid/core/base/key.ts'
import { success } from '@braid/core/base/result.ts'
import type { StoredOutput } from '../../store/task-output-port.ts'
import { type Context, operation } from '../operation.ts'
import { openExecution, plainExecution } from './open-execution.ts'

const pageSize = 500
const pageBytes = 256 * 1024

export const getExecutionResult = operation({
  id: 'getExecutionResult',
  run: async (context, { params }, { identity }) => {
    const opened = await openExecution(context, identity, params.executionKey)
    if (!opened.ok) return opened
    const { key, run } = opened.value
    const text = { stdout: '', stderr: '' }
    for await (const { entry } of outputOf(context, key, run.attempt)) {
      if (entry.kind === 'stdout' || entry.kind === 'stderr') text[entry.kind] += textOf(entry)
    }
    return success({ ...plainExecution(run), ...text })
  },
})

/** What is kept of a run is bounded, and so is this. */
async function* outputOf(
  { reads }: Pick<Context, 'reads'>,
  instanceKey: Key,
  attempt: number,
): AsyncGenerator<StoredOutput> {
  for (let after = 0; ; ) {
    const limits = { limit: pageSize, maxBytes: pageBytes }
    const { entries, more } = await reads.readOutput({ instanceKey, after, attempt, ...limits })
    yield* entries
    after = entries.at(-1)?.sequence ?? after
    if (!more) return
  }
}

function textOf({
  message,
  omittedBytes,
}: {
  readonly message: string
  readonly omittedBytes?: number
}): string {
  return omittedBytes === undefined ? message : `\n… ${omittedBytes} bytes left out …\n${message}`
}
