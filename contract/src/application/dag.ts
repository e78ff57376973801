/**
 * DAGs in TypeScript: what nodes give and what other nodes take from it are checked by the compiler. What comes of it is
 * plain data, the same as of a `.dag.yaml` file.
 */
import type { JsonObject } from '@braid/core/base/json.ts'
import type { DagSchedule } from '@braid/core/model/dag.ts'
import { z } from 'zod'
import { type Dag, DagBuilder } from './dag-builder.ts'
import type { Ref, Resolved } from './ref.ts'

export { type Dag, DagBuilder, roundRobin } from './dag-builder.ts'
export { type Expression, feel, type Given, type Ref } from './ref.ts'

export type DagDefinition<Input extends z.ZodObject, Output> = {
  /** Unique in its application: letters, digits, `-`. */
  readonly name: string
  readonly title?: string
  readonly description?: string
  /** Checked before a run begins; forms are made of it. */
  readonly input: Input
  /** Named inputs; what the starter gives wins, field by field. */
  readonly variants?: Readonly<Record<string, Partial<z.input<Input>>>>
  readonly schedules?: readonly (Omit<DagSchedule, 'input'> & {
    readonly input?: Partial<z.input<Input>>
  })[]
  /** Further runs wait in line. */
  readonly maxActiveRuns?: number
  /** Says the nodes, and gives what a run gives. Called once, at once. */
  build(d: DagBuilder, input: Ref<z.output<Input>>): Output
}

/**
 * Throws an `Error` that names the place where a ref is used that can't be seen there. All else that may be wrong
 * (cycles, FEEL, bounds) is found when the DAG is deployed.
 */
export function dag<Input extends z.ZodObject, const Output>(
  definition: DagDefinition<Input, Output>,
): Dag<z.input<Input>, Resolved<Output>> {
  const { name, title, description, input, variants, schedules, maxActiveRuns, build } = definition
  const builder = new DagBuilder(name)
  const output = build(builder, builder.input as unknown as Ref<z.output<Input>>)
  return {
    id: name,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    input: z.toJSONSchema(input, { io: 'input' }) as JsonObject,
    ...(variants === undefined ? {} : { variants: variants as Readonly<Record<string, JsonObject>> }),
    nodes: builder.nodes,
    ...(output === undefined ? {} : { output: builder.output(output) }),
    ...(maxActiveRuns === undefined ? {} : { maxActiveRuns }),
    ...(schedules === undefined ? {} : { schedules: schedules as readonly DagSchedule[] }),
  }
}
