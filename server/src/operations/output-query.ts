import type { TaskOutput } from '@braid/contract/dag-run.ts'
import type { OutputQuery } from '../store/task-output-port.ts'

const defaultLimit = 100

/** What of the output of an instance is asked for, whoever wrote it. */
export const outputRangeOf = ({
  after = 0,
  limit = defaultLimit,
  kind,
  minLevel,
}: {
  readonly after?: number | undefined
  readonly limit?: number | undefined
  readonly kind?: TaskOutput['kind'] | undefined
  readonly minLevel?: TaskOutput['level']
}): Pick<OutputQuery, 'after' | 'limit' | 'kind' | 'minLevel'> => ({
  after,
  limit,
  ...(kind === undefined ? {} : { kind }),
  ...(minLevel === undefined ? {} : { minLevel }),
})
