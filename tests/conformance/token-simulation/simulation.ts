/** The engine behind the simulator's buttons: trigger an element, choose the flows of a gateway, see what was left. */

import type { Key } from '@braid/core/base/key.ts'
import { nodeOf } from '@braid/core/engine/graph.ts'
import type { Program } from '@braid/core/model/program.ts'
import { EngineDriver } from '../../support/engine-driver.ts'
import { type Adapted, variablesOf } from './adapt.ts'
import { exitsOf } from './exits.ts'

type Waiting = {
  readonly key: Key
  readonly instanceKey: Key
  readonly elementInstanceKey: Key
  readonly element: string
}

export class Simulation {
  readonly #driver: EngineDriver
  readonly #programs: readonly Program[]
  readonly #adapted: Adapted
  readonly #active: Map<string, readonly string[]>
  #occurred: readonly string[] = []
  #exits: string[] = []

  constructor(programs: readonly Program[], adapted: Adapted) {
    this.#programs = programs
    this.#adapted = adapted
    this.#active = new Map(adapted.defaults)
    this.#driver = new EngineDriver({ onCommit: (commit) => this.#exits.push(...exitsOf(commit, adapted)) })
    this.#driver.deploy(programs)
  }

  /** What tokens have left since the last call. */
  takeExits(): readonly string[] {
    const exits = this.#exits
    this.#exits = []
    return exits
  }

  incidents(): readonly string[] {
    const incidents = [...this.#driver.tables.incidents.values()]
    return incidents.map(({ element, message }) => `incident at ${element}: ${message}`)
  }

  configure(gateway: string, flows: readonly string[]): void {
    this.#active.set(gateway, flows)
    this.#spreadSettings()
  }

  /** Sends what a message flow carries. */
  signal(messageFlow: string): string | undefined {
    const flow = this.#adapted.messageFlows.find(({ id }) => id === messageFlow)
    if (flow === undefined) return `there is no message flow ${messageFlow}`
    this.#exits.push(flow.id)
    this.#driver.publish({ name: flow.message, variables: this.#variables() })
    return undefined
  }

  /** The reason when the element can't be triggered now. */
  trigger(element: string, scope: string | undefined): string | undefined {
    const { jobs, timers, subscriptions } = this.#driver.tables
    const job = this.#choose(jobs.values(), element, scope)
    const timer = this.#choose(timers.values(), element, scope)
    const subscription = this.#choose(subscriptions.values(), element, scope)
    const variables = this.#variables()
    if (job !== undefined) {
      this.#driver.submit(job.instanceKey, { type: 'complete-job', jobKey: job.key, variables: {} })
    } else if (timer !== undefined) this.#driver.fire(timer.key)
    else if (subscription?.kind === 'signal') this.#driver.broadcast(subscription.name, variables)
    else if (subscription !== undefined) {
      const { name, correlationKey = '' } = subscription
      this.#driver.publish({ name, correlationKey, variables })
    } else if (this.#adapted.conditional.has(element)) this.#occur(element)
    else return this.#start(element)
    return undefined
  }

  /** Of several that wait, one in the named scope, or the first. */
  #choose<W extends Waiting>(
    waiting: Iterable<W>,
    element: string,
    scope: string | undefined,
  ): W | undefined {
    const candidates = [...waiting].filter((candidate) => candidate.element === element)
    return candidates.find((candidate) => this.#scopeOf(candidate) === scope) ?? candidates[0]
  }

  #scopeOf({ instanceKey, elementInstanceKey }: Waiting): string | undefined {
    const elements = this.#driver.instances.get(instanceKey)?.state.elements
    const scope = elements?.get(elementInstanceKey)?.scope
    return scope === undefined ? undefined : elements?.get(scope)?.element
  }

  /** Starts the process that begins at the element; `undefined` when it did. */
  #start(element: string): string | undefined {
    for (const { processId } of this.#programs) {
      const { graph } = this.#driver.latest(processId) ?? {}
      const root = graph?.root.def
      if (graph === undefined || root?.type !== 'process') continue
      if (![...root.starts, ...root.triggeredStarts].includes(element)) continue
      const isEvent = nodeOf(graph, element).def.type === 'start-event'
      const created = this.#driver.create(
        processId,
        this.#variables(),
        isEvent ? { startElement: element } : {},
      )
      return created.ok ? undefined : created.error.message
    }
    return `${element} does not wait and starts no process`
  }

  /** Makes the condition of an event true for a moment. */
  #occur(event: string): void {
    this.#occurred = [event]
    this.#spreadSettings()
    this.#occurred = []
    this.#spreadSettings()
  }

  #variables() {
    return variablesOf({ activeFlows: [...this.#active.values()].flat(), occurred: this.#occurred })
  }

  #spreadSettings(): void {
    for (const [key, { state }] of this.#driver.instances) {
      if (state.status !== 'active') continue
      const variables = this.#variables()
      this.#driver.submit(key, { type: 'set-variables', scope: key, variables, local: true })
    }
  }
}
