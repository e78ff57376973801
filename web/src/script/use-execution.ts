import { ApiError } from '@braid/contract/client.ts'
import type { Execution } from '@braid/contract/execution.ts'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api } from '../api/client.ts'
import { openExecutionStream } from './execution-stream.ts'
import { afterFrames, noOutput, type Output } from './output.ts'

export type LiveExecution = {
  /** Undefined until the first frame came. */
  readonly execution: Execution | undefined
  readonly output: Output
  /** Why it can't be watched. */
  readonly refusal: ApiError | undefined
}

const nothing: LiveExecution = { execution: undefined, output: noOutput, refusal: undefined }

/** Follows a run of a script as long as the component lives; nothing without a key. */
export function useExecution(executionKey: string | undefined): LiveExecution {
  const [state, setState] = useState<LiveExecution>(nothing)
  const queryClient = useQueryClient()
  useEffect(() => {
    setState(nothing)
    if (executionKey === undefined) return
    return openExecutionStream(executionKey, {
      onChanges: ({ execution, output }) => {
        setState((before) => {
          const known = execution ?? before.execution
          const written = afterFrames(before.output, output)
          // The output is the first to tell that another node began anew.
          const attempt = Math.max(known?.attempt ?? 1, written.attempt)
          return {
            execution: known === undefined ? undefined : { ...known, attempt },
            output: written,
            refusal: undefined,
          }
        })
        // Lists and pages of it that were read before.
        if (execution !== undefined) void queryClient.invalidateQueries({ queryKey: ['executions'] })
      },
      // A stream does not say why it was refused; the run asked for in the usual way does.
      mayRetry: async () => {
        const refusal = await refusalOf(executionKey)
        if (refusal !== undefined) setState((before) => ({ ...before, refusal }))
        return refusal === undefined
      },
    })
  }, [executionKey, queryClient])
  return state
}

/** Undefined: nothing is wrong with asking, so it is worth to ask again. */
async function refusalOf(executionKey: string): Promise<ApiError | undefined> {
  try {
    await api.getExecution({ params: { executionKey } })
    return undefined
  } catch (error) {
    const final = error instanceof ApiError && error.problem.status < 500 && error.problem.status !== 429
    return final ? error : undefined
  }
}
