/** Programs of definitions, for what rows leave out: names, types, headers, forms. Definitions never change. */
import type { Key } from '@braid/core/base/key.ts'
import type { Node, Program } from '@braid/core/model/program.ts'
import type { Database } from '../database.ts'

export type ElementsOf = (definitionKey: number) => ReadonlyMap<string, Node>

export type Programs = {
  /** The elements of each definition by id. */
  load(definitionKeys: readonly number[]): Promise<ElementsOf>
}

/** Lists show few definitions at a time. */
const capacity = 200
const none: ReadonlyMap<string, Node> = new Map()

export function createPrograms(database: Database): Programs {
  const known = new Map<number, ReadonlyMap<string, Node>>()

  const read = async (keys: readonly number[]): Promise<void> => {
    const rows = await database.run<{ key: Key; program: string }>({
      text: 'select key, program from definition where key = any($1::bigint[])',
      values: [keys],
    })
    for (const { key, program } of rows) {
      const { nodes } = JSON.parse(program) as Program
      known.set(key, new Map(nodes.map((node) => [node.id, node])))
    }
  }

  return {
    load: async (definitionKeys) => {
      const missing = [...new Set(definitionKeys)].filter((key) => !known.has(key))
      if (missing.length > 0) await read(missing)
      const found = new Map(definitionKeys.map((key) => [key, known.get(key) ?? none]))
      for (const oldest of known.keys()) {
        if (known.size <= capacity) break
        known.delete(oldest)
      }
      return (key) => found.get(key) ?? none
    },
  }
}
