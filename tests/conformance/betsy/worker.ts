/** Does what the placeholders in script tasks stand for. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import { nodeOf } from '@braid/core/engine/graph.ts'
import { lookUp } from '@braid/core/engine/variables.ts'
import { headersOf } from '@braid/core/model/work.ts'
import type { EngineDriver, Instance } from '../../support/engine-driver.ts'
import type { OpenJob } from '../../support/engine-tables.ts'

const written = 'written by the process'
const waitMs = 10_000

/** `doneAt`: the job takes until then. */
type Running = { readonly job: OpenJob; readonly script: string; readonly doneAt: Instant }

export class Worker {
  readonly markers: string[] = []
  readonly #driver: EngineDriver
  /** When the slow jobs are done, by job. */
  readonly #slow = new Map<Key, Instant>()

  constructor(driver: EngineDriver) {
    this.#driver = driver
  }

  /** Does the oldest job that is ready. False when there is none. */
  work(): boolean {
    const jobs = this.#running()
    this.#noticeParallel(jobs)
    const ready = jobs.find(({ doneAt }) => doneAt <= this.#driver.now)
    if (ready === undefined) return false
    this.#finish(ready)
    return true
  }

  /** When the next slow job is done. */
  nextDone(): Instant | undefined {
    const times = this.#running().map(({ doneAt }) => doneAt)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  #instance(key: Key): Instance {
    const instance = this.#driver.instances.get(key)
    if (instance === undefined) throw new Error(`no process instance ${key}`)
    return instance
  }

  #running(): readonly Running[] {
    const open = [...this.#driver.tables.jobs.values()].filter(({ retries }) => retries > 0)
    return open.map((job) => {
      const { graph } = this.#instance(job.instanceKey).definition
      const script = headersOf(nodeOf(graph, job.element).def).script?.trim() ?? ''
      const { now } = this.#driver
      if (script === 'WAIT_TEN_SECONDS' && !this.#slow.has(job.key)) this.#slow.set(job.key, now + waitMs)
      return { job, script, doneAt: this.#slow.get(job.key) ?? now }
    })
  }

  /** Both tasks that log a time are active at once. */
  #noticeParallel(jobs: readonly Running[]): void {
    const active = new Set(jobs.map(({ script }) => script))
    if (!active.has('CREATE_TIMESTAMP_LOG_1') || !active.has('CREATE_TIMESTAMP_LOG_2')) return
    this.#markOnce('EXECUTION_parallel')
  }

  #markOnce(marker: string): void {
    if (!this.markers.includes(marker)) this.markers.push(marker)
  }

  #finish({ job, script }: Running): void {
    if (script === 'THROW_ERROR') {
      this.#driver.submit(job.instanceKey, {
        type: 'throw-job-error',
        jobKey: job.key,
        code: 'ERR_CODE',
        message: '',
        variables: {},
      })
      return
    }
    const variables = this.#effect(script, job)
    this.#driver.submit(job.instanceKey, { type: 'complete-job', jobKey: job.key, variables })
  }

  #effect(script: string, job: OpenJob): JsonObject {
    const variable = (name: string) =>
      lookUp(this.#instance(job.instanceKey).state, job.elementInstanceKey, name)
    const incremented = (): JsonObject => ({ integerVariable: Number(variable('integerVariable')) + 1 })
    if (script.startsWith('SCRIPT_task')) this.markers.push(script)
    switch (script) {
      case 'CREATE_MARKER_FILE':
        this.#markOnce('MARKER_exists')
        return {}
      case 'INCREMENT_INTEGER_VARIABLE':
        return incremented()
      case 'INCREMENT_INTEGER_VARIABLE_AND_LOG':
        this.markers.push('INCREMENT_correct')
        return incremented()
      case 'SET_STRING_DATA':
        return { data: written }
      case 'LOG_DATA':
        if (variable('data') === written) this.markers.push('DATA_correct')
        return {}
      default:
        return {}
    }
  }
}
