/**
 * A part of the commit statement: the rows of one kind, sent as columns, and the common table expression that stores
 * them. A batch has only the parts it has rows for, so PostgreSQL starts no plan for nothing.
 */
import { encodeInt4s, encodeInt8s, encodeTexts } from '../binary-array.ts'
import type { NetRows } from '../net-rows.ts'
import type { InstanceCommit } from '../port.ts'

export type PreparedCommit = { readonly commit: InstanceCommit; readonly net: NetRows }

/** A row with the commit it belongs to. */
export type Owned<Row> = { readonly commit: InstanceCommit; readonly row: Row }

type Column<Row> =
  | { readonly type: 'bigint' | 'int'; readonly value: (row: Row) => number | null }
  | { readonly type: 'text'; readonly value: (row: Row) => string | null }

export type PartText = (input: {
  /** `unnest(…) as r(…)` with the columns of the part. */
  readonly rows: string
  /** Names of the other parts of the statement. */
  readonly present: ReadonlySet<string>
}) => string

export type Part = {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: 'bigint' | 'int' | 'text' }[]
  readonly text: PartText
  /** One array per column; undefined when the batch has no such row. */
  encode(batch: readonly PreparedCommit[]): readonly Buffer[] | undefined
  /** One empty array per column. */
  encodeNothing(): readonly Buffer[]
}

function encodeColumn<Row>(column: Column<Row>, rows: readonly Row[]): Buffer {
  if (column.type === 'text') return encodeTexts(rows.map(column.value))
  return column.type === 'int' ? encodeInt4s(rows.map(column.value)) : encodeInt8s(rows.map(column.value))
}

export function definePart<Row>(part: {
  readonly name: string
  readonly collect: (batch: readonly PreparedCommit[]) => readonly Row[]
  readonly columns: Readonly<Record<string, Column<Row>>>
  readonly text: PartText
}): Part {
  const columns = Object.entries(part.columns)
  return {
    name: part.name,
    columns: columns.map(([name, { type }]) => ({ name, type })),
    text: part.text,
    encode(batch) {
      const rows = part.collect(batch)
      return rows.length === 0 ? undefined : columns.map(([, column]) => encodeColumn(column, rows))
    },
    encodeNothing: () => columns.map(([, column]) => encodeColumn(column, [])),
  }
}

/** The rows of one kind of all commits, each with its commit. */
export function owned<Row>(
  batch: readonly PreparedCommit[],
  select: (prepared: PreparedCommit) => readonly Row[],
): readonly Owned<Row>[] {
  const rows: Owned<Row>[] = []
  for (const prepared of batch) {
    for (const row of select(prepared)) rows.push({ commit: prepared.commit, row })
  }
  return rows
}

export const bigint = <Row>(value: (row: Row) => number | null): Column<Row> => ({ type: 'bigint', value })
export const int = <Row>(value: (row: Row) => number | null): Column<Row> => ({ type: 'int', value })
export const text = <Row>(value: (row: Row) => string | null): Column<Row> => ({ type: 'text', value })

/**
 * True for rows of an instance that passed its guards. `is true` keeps the planner from turning this into a join:
 * it is one hash of the stored keys, whatever the estimates say.
 */
export const ofStored = '(r.instance_key in (select key from stored)) is true'
