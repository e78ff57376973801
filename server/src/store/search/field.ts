/** What a search may filter and sort by: a fixed table per entity, so that no name from outside becomes SQL. */

export type SearchField = {
  readonly sql: string
  readonly type: 'bigint' | 'int' | 'text' | 'boolean'
  /** From the wire to what is stored. */
  readonly toStored?: (value: string | number | boolean) => string | number | boolean
  /** Better conditions for single values, which an index serves. */
  readonly conditions?: Readonly<Record<string, string>>
  /** Never null: a page starts in the middle of an index. */
  readonly required?: true
}

export const keyField = (sql: string): SearchField => ({ sql, type: 'bigint', required: true })
export const optionalKeyField = (sql: string): SearchField => ({ sql, type: 'bigint' })
export const textField = (sql: string): SearchField => ({ sql, type: 'text' })
export const integerField = (sql: string): SearchField => ({ sql, type: 'int' })

/** Stored in milliseconds, ISO 8601 on the wire. */
export const timeField = (sql: string): SearchField => ({
  sql,
  type: 'bigint',
  toStored: (value) => Date.parse(String(value)),
})
export const requiredTimeField = (sql: string): SearchField => ({ ...timeField(sql), required: true })

export const booleanField = (sql: string): SearchField => ({
  sql: `(${sql})`,
  type: 'boolean',
  conditions: { true: `(${sql})`, false: `not (${sql})` },
})

/** There is one tenant only. */
export const tenantField: SearchField = { sql: `'<default>'::text`, type: 'text' }
