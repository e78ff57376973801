/** Rows of searches as items of the API: keys as decimal text, times as ISO 8601, undefined instead of null. */
import type { Row } from './page.ts'

export const defaultTenant = '<default>'

/** Reads columns by the type that the statement gives them. */
export type Columns = {
  key(name: string): string
  optionalKey(name: string): string | undefined
  text(name: string): string
  optionalText(name: string): string | undefined
  number(name: string): number
  flag(name: string): boolean
  time(name: string): string
  optionalTime(name: string): string | undefined
  texts(name: string): string[]
}

export const isoTime = (instant: number): string => new Date(instant).toISOString()

export function columnsOf(row: Row): Columns {
  const number = (name: string): number => {
    const value = row[name]
    if (typeof value !== 'number') throw new Error(`column ${name} is not a number`)
    return value
  }
  const text = (name: string): string => {
    const value = row[name]
    if (typeof value !== 'string') throw new Error(`column ${name} is not text`)
    return value
  }
  const optional = <T>(name: string, read: (name: string) => T): T | undefined =>
    row[name] === null ? undefined : read(name)
  const key = (name: string): string => String(number(name))
  const time = (name: string): string => isoTime(number(name))
  return {
    key,
    text,
    number,
    time,
    optionalKey: (name) => optional(name, key),
    optionalText: (name) => optional(name, text),
    optionalTime: (name) => optional(name, time),
    flag: (name) => {
      const value = row[name]
      if (typeof value !== 'boolean') throw new Error(`column ${name} is not a boolean`)
      return value
    },
    texts: (name) => {
      const value = row[name]
      if (!Array.isArray(value)) throw new Error(`column ${name} is not an array`)
      return value.map(String)
    },
  }
}
