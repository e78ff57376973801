import { defaultTimeoutMs, maxScriptLength, maxTimeoutMs, type Runtime } from '@braid/contract/execution.ts'
import { success } from '@braid/core/base/result.ts'
import type { ScriptOffer } from '../../store/script-run-port.ts'
import { operation } from '../operation.ts'

/** Where no node has said anything yet. */
const noLimits: ScriptOffer['limits'] = {
  memoryBytes: 0,
  diskBytes: 0,
  processes: 0,
  cpus: 0,
  outputBytes: 0,
}

export const listRuntimes = operation({
  id: 'listRuntimes',
  run: async ({ scriptRuns }) => {
    const offers = await scriptRuns.offers()
    return success({
      items: distinct(offers.flatMap(({ runtimes }) => runtimes)),
      limits: { maxScriptLength, maxTimeoutMs, defaultTimeoutMs, ...(offers[0]?.limits ?? noLimits) },
      warnings: [...new Set(offers.flatMap(({ warnings }) => warnings))],
      unconfined: offers.some(({ unconfined }) => unconfined),
    })
  },
})

/** Nodes offer the same. */
function distinct(runtimes: readonly Runtime[]): readonly Runtime[] {
  const nameOf = ({ language, version, isolation }: Runtime): string => `${language} ${version} ${isolation}`
  return [...new Map(runtimes.toReversed().map((runtime) => [nameOf(runtime), runtime])).values()].reverse()
}
