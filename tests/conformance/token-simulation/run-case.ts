/** Runs one case: does the steps and compares which elements tokens have left between two expectations. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileBpmn } from '@braid/core/definition/bpmn/compile.ts'
import type { Finding } from '@braid/core/definition/bpmn/finding.ts'
import { countsOf } from '../multiset.ts'
import { type CaseResult, orFailure } from '../suite.ts'
import { adapt } from './adapt.ts'
import { type Element, flowElementsOf, listOf, processesOf, readModel, writeModel } from './model.ts'
import { Simulation } from './simulation.ts'

export type SimulationCase = {
  readonly group: string
  readonly name: string
  readonly bpmn: string
  readonly steps: readonly Step[]
}
type Step =
  | { readonly trigger: string; readonly scope?: string }
  | { readonly waitAt: string }
  | { readonly signal: string }
  | { readonly setConfig: string; readonly activeOutgoing: string | readonly string[] }
  | Expectation
type Expectation = {
  readonly expectTrace: string
  readonly exited: Readonly<Record<string, number>>
  readonly order: readonly string[]
}

/** The order is part of the meaning where compensation undoes things. */
function ordersMatter(definitions: Element): boolean {
  return processesOf(definitions)
    .flatMap(flowElementsOf)
    .some(
      (element) =>
        element.$type === 'bpmn:Transaction' ||
        listOf(element, 'eventDefinitions').some(({ $type }) => $type === 'bpmn:CompensateEventDefinition'),
    )
}

/** Elements that an expectation names whenever a token has left them; flows it may leave out. */
const alwaysNamed = (definitions: Element): ReadonlySet<string> =>
  new Set(
    processesOf(definitions)
      .flatMap(flowElementsOf)
      .filter(({ $type }) => $type !== 'bpmn:SequenceFlow' && $type !== 'bpmn:EventBasedGateway')
      .map(({ id }) => id),
  )

/** A collapsed sub-process is drawn on a plane of its own, which gives it a second id. */
const withoutPlane = (id: string, named: ReadonlySet<string>): string => {
  const plain = id.replace(/_plane$/, '')
  return named.has(plain) && !named.has(id) ? plain : id
}

type Comparison = { readonly ordered: boolean; readonly named: ReadonlySet<string> }

function difference(
  exits: readonly string[],
  expected: Expectation,
  { ordered, named }: Comparison,
): string | undefined {
  const counts = countsOf(exits)
  const exited = new Map(
    Object.entries(expected.exited).map(([id, count]) => [withoutPlane(id, named), count]),
  )
  const unexpected = [...counts.keys()].filter((id) => named.has(id) && !exited.has(id))
  const wrong = [...exited, ...unexpected.map((id) => [id, 0] as const)]
    .filter(([id, count]) => (counts.get(id) ?? 0) !== count)
    .map(([id, count]) => `${id} ${counts.get(id) ?? 0} of ${count}`)
  if (wrong.length > 0) return `${expected.expectTrace}: exited ${wrong.join(', ')}`
  const order = exits.filter((id) => exited.has(id)).join()
  const expectedOrder = expected.order.map((id) => withoutPlane(id, named)).join()
  if (!ordered || order === expectedOrder) return undefined
  return `${expected.expectTrace}: expected the order ${expectedOrder}, got ${order}`
}

function runSteps(
  simulation: Simulation,
  steps: readonly Step[],
  comparison: Comparison,
): string | undefined {
  for (const step of steps) {
    if ('setConfig' in step) simulation.configure(step.setConfig, [step.activeOutgoing].flat())
    else if ('signal' in step) {
      const problem = simulation.signal(step.signal)
      if (problem !== undefined) return problem
    } else if ('trigger' in step) {
      const problem = simulation.trigger(step.trigger, step.scope)
      if (problem !== undefined) return problem
    } else if ('expectTrace' in step) {
      const problem = difference(simulation.takeExits(), step, comparison)
      if (problem !== undefined) return problem
    }
  }
  return undefined
}

const refusal = (findings: readonly Finding[]): string =>
  findings
    .filter(({ severity }) => severity === 'error')
    .slice(0, 2)
    .map(({ code, message }) => `deployment refused ${code}: ${message}`)
    .join('; ')

async function run(folder: string, name: string, { bpmn, steps }: SimulationCase): Promise<CaseResult> {
  const definitions = await readModel(readFileSync(join(folder, bpmn), 'utf8'))
  const held = new Set(steps.flatMap((step) => ('waitAt' in step ? [step.waitAt] : [])))
  const comparison = { ordered: ordersMatter(definitions), named: alwaysNamed(definitions) }
  const adapted = adapt(definitions, held)
  const compiled = await compileBpmn(await writeModel(definitions))
  if (!compiled.ok) return { name, outcome: 'failed', reason: refusal(compiled.error) }
  const simulation = new Simulation(compiled.value.programs, adapted)
  const problem = runSteps(simulation, steps, comparison)
  const trouble = [problem, ...simulation.incidents()].filter((reason) => reason !== undefined)
  if (trouble.length === 0) return { name, outcome: 'passed' }
  return { name, outcome: 'failed', reason: trouble.join('; ') }
}

export function runCase(folder: string, test: SimulationCase): Promise<CaseResult> {
  const name = `${test.group}: ${test.name}`
  return orFailure(name, () => run(folder, name, test))
}
