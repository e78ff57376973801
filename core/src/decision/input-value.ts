/** Values from outside as a type wants them: JSON has no dates, so their texts stand for them. */
import type { TypeReference } from '../expression/syntax.ts'
import { parseDate, parseDateTime, parseDuration, parseTime } from '../expression/temporal/parse.ts'
import { contextOf, isContext, isList, MonthsDuration, type Value } from '../expression/values.ts'

const readers: Readonly<Record<string, (text: string) => Value>> = {
  date: parseDate,
  time: parseTime,
  'date and time': parseDateTime,
  dateTime: parseDateTime,
  'days and time duration': daysDuration,
  dayTimeDuration: daysDuration,
  'years and months duration': monthsDuration,
  yearMonthDuration: monthsDuration,
}

function daysDuration(text: string): Value {
  const duration = parseDuration(text)
  return duration instanceof MonthsDuration ? null : duration
}

function monthsDuration(text: string): Value {
  const duration = parseDuration(text)
  return duration instanceof MonthsDuration ? duration : null
}

/** Replaces texts by the dates, times and durations that they write, where the type has these. */
export function readTexts(value: Value, type: TypeReference): Value {
  if (value === null) return null
  switch (type.kind) {
    case 'named': {
      if (typeof value !== 'string' || !Object.hasOwn(readers, type.name)) return value
      return readers[type.name]?.(value) ?? value
    }
    case 'constrained':
      return readTexts(value, type.base)
    case 'list':
      return isList(value) ? value.map((item) => readTexts(item, type.item)) : readTexts(value, type.item)
    case 'context': {
      if (!isContext(value)) return value
      const types = new Map(type.entries.map((entry) => [entry.name, entry.type]))
      return contextOf(
        Object.entries(value).map(([key, entry]) => {
          const entryType = types.get(key)
          return [key, entryType === undefined ? entry : readTexts(entry, entryType)] as const
        }),
      )
    }
    default:
      return value
  }
}
