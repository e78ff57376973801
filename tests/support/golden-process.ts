/** The processes of the golden traces, driven step by step by tests that look at something else than the trace. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '@braid/core/base/json.ts'
import { compileBpmn } from '@braid/core/definition/bpmn/compile.ts'
import type { Event } from '@braid/core/engine/event.ts'
import type { InstanceState } from '@braid/core/engine/state.ts'
import { checkCommit } from './check-commit.ts'
import { EngineDriver } from './engine-driver.ts'
import { doStep, parseSteps } from './steps.ts'

const folder = join(import.meta.dirname, '../../core/src/engine/golden')

export class GoldenProcess {
  readonly driver: EngineDriver
  readonly #processId: string

  constructor(driver: EngineDriver, processId: string) {
    this.driver = driver
    this.#processId = processId
  }

  static load(name: string): Promise<GoldenProcess> {
    return GoldenProcess.of(readFileSync(join(folder, `${name}.bpmn`), 'utf8'))
  }

  static async of(xml: string): Promise<GoldenProcess> {
    const compiled = await compileBpmn(xml)
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error))
    const { programs } = compiled.value
    const driver: EngineDriver = new EngineDriver({
      onCommit: (commit) => checkCommit(commit, driver.tables),
    })
    driver.deploy(programs)
    return new GoldenProcess(driver, programs[0]?.processId ?? '')
  }

  /** Does lines of the step language; throws when one is refused. */
  do(...lines: readonly string[]): this {
    for (const step of parseSteps(lines.join('\n'))) {
      const rejection = doStep(step, this.driver, this.#processId)
      if (rejection !== undefined) throw new Error(`'${step.text}' was refused: ${rejection.message}`)
    }
    return this
  }

  /** The state of the nth instance, from 0. */
  state(nth = 0): InstanceState {
    const instance = [...this.driver.instances.values()][nth]
    if (instance === undefined) throw new Error(`there is no instance ${nth}`)
    return instance.state
  }

  events(nth = 0): readonly Event[] {
    return [...this.driver.instances.values()][nth]?.log ?? []
  }

  /** Elements that completed, in order. */
  completed(nth = 0): readonly string[] {
    return this.events(nth).flatMap((event) => (event.type === 'element-completed' ? [event.element] : []))
  }

  /** Elements with a living instance but the process, sorted. */
  active(nth = 0): readonly string[] {
    const elements = [...this.state(nth).elements.values()]
    return elements
      .filter(({ scope }) => scope !== undefined)
      .map(({ element }) => element)
      .toSorted()
  }

  /** Variables of the process, also after its end. */
  variables(nth = 0): JsonObject {
    const state = this.state(nth)
    return state.elements.get(state.key)?.variables ?? state.result
  }
}
