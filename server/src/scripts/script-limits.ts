import type { Limits } from '@braid/runner/runner.ts'

/** What every script of this node may use; how long it may take is asked for with the run. */
export type ScriptLimits = Omit<Limits, 'wallMs'>
