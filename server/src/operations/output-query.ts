import type { TaskOutput } from '@braid/contract/dag-run.ts'
import type { OutputQuery } from '../store/task-output-port.ts'

const defaultLimit = 100
/** Of texts. An entry has up to 64 KB. */
const pageBytes = 1024 * 1024

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
}): Pick<OutputQuery, 'after' | 'limit' | 'maxBytes' | 'kind' | 'minLevel'> => ({
  after,
  limit,
  maxBytes: pageBytes,
  ...(kind === undefined ? {} : { kind }),
  ...(minLevel === undefined ? {} : { minLevel }),
})
