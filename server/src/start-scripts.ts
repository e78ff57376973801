/** Puts the parts together that run people's scripts on this node. */
import { scriptLanguages } from '@braid/contract/script.ts'
import type { Result } from '@braid/core/base/result.ts'
import { defaultLimits } from '@braid/runner/runner.ts'
import type { Config } from './config.ts'
import { type Clock, every } from './execution/clock.ts'
import { type Execution, IncidentError } from './execution/execution.ts'
import { executionJobType } from './execution/script-runs.ts'
import type { Log } from './operations/dependencies.ts'
import { type ChosenRunner, chooseRunner } from './scripts/choose-runner.ts'
import { executionHandler } from './scripts/run-execution.ts'
import { scriptJobType, scriptTaskHandler } from './scripts/run-script-task.ts'
import type { ScriptLimits } from './scripts/script-limits.ts'
import { createSlots } from './scripts/slots.ts'
import type { ExecutionStore } from './store/port.ts'
import type { ScriptOffer, ScriptRunStore } from './store/script-run-port.ts'

export type ScriptsOptions = {
  readonly config: Config
  readonly store: ScriptRunStore
  readonly execution: Execution
  /** Those that live. */
  readonly nodes: ExecutionStore['nodes']
  readonly wall: Clock
  readonly log: Log
}

/** What a node offers is forgotten with the node, which may be taken for gone by mistake. */
const offerMs = 30_000

const limitsOf = ({ scripts }: Config): ScriptLimits => {
  const { wallMs: _, ...limits } = defaultLimits
  return { ...limits, ...scripts.limits }
}

export type Scripts = {
  /** Finds out what runs here, without keeping anybody waiting; once this node is known as one. */
  start(): void
  /** Call it when no job of this node goes on. */
  stop(): Promise<void>
}

export function createScripts(options: ScriptsOptions): Scripts {
  const { store, execution, wall, log } = options
  let started: Promise<ChosenRunner | undefined> | undefined
  let stopOffering = (): void => undefined
  const trouble = (error: unknown): void => log.warn({ err: error }, 'scripts could not be offered')

  const begin = async (): Promise<ChosenRunner | undefined> => {
    const chosen = await chooseRunner(options.config, execution.nodeKey)
    const put = async (): Promise<void> => {
      await store.putOffer(execution.nodeKey, offerOf(options.config, chosen))
      if (chosen.ok) await chosen.value.sweep?.((await options.nodes()).map(({ id }) => id))
    }
    await put()
    stopOffering = every(wall, offerMs, put, trouble)
    handle(options, chosen)
    return chosen.ok ? chosen.value : undefined
  }

  return {
    start: () => {
      started = begin()
      started.catch(trouble)
    },
    stop: async () => {
      const chosen = await started?.catch(() => undefined)
      stopOffering()
      await chosen?.close()
    },
  }
}

function offerOf(config: Config, chosen: Result<ChosenRunner, string>): ScriptOffer {
  const limits = limitsOf(config)
  if (!chosen.ok) return { runtimes: [], warnings: [chosen.error], unconfined: false, limits }
  const { runner, unconfined } = chosen.value
  const runtimes = runner.runtimes.flatMap(({ language, ...rest }) => {
    const known = scriptLanguages.find((name) => name === language)
    return known === undefined ? [] : [{ ...rest, language: known, isolation: runner.tier }]
  })
  return { runtimes, warnings: runner.warnings, unconfined, limits }
}

function handle(options: ScriptsOptions, chosen: Result<ChosenRunner, string>): void {
  const { config, store, execution, log } = options
  if (chosen.ok) {
    const slots = createSlots(config.scripts.slots)
    const parts = { store, execution, runner: chosen.value.runner, slots, limits: limitsOf(config) }
    const atOnce = { concurrency: config.scripts.slots }
    execution.handle(executionJobType, executionHandler(parts), atOnce)
    execution.handle(scriptJobType, scriptTaskHandler(parts), atOnce)
    return
  }
  log.info({ reason: chosen.error }, 'scripts are not run here')
  // A node for everything says why a task can't be done; beside others, one of them may do it.
  if (config.runMode === 'ALL') execution.handle(scriptJobType, refuseTasks(chosen.error))
}

const refuseTasks = (reason: string) => async () => {
  throw new IncidentError('JOB_NO_RETRIES', `scripts are not run here: ${reason}`)
}
