/** What is known of the tasks that nodes name. */
import type { JsonSchema, TaskOptions } from '../../model/dag.ts'

export type TaskSignature = {
  readonly kind: 'task' | 'generator'
  readonly input: JsonSchema
  /** Of a generator: of one item. */
  readonly output: JsonSchema
  /** Used where a node says nothing else. */
  readonly options?: TaskOptions
}

/** By `<application>/<name>`. */
export type TaskRegistry = ReadonlyMap<string, TaskSignature>
