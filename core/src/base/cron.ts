/**
 * Cron schedules in UTC. Six fields (second minute hour day-of-month month day-of-week) as Spring and Camunda 8 write
 * them, where both day fields must match; five fields (without seconds) as Unix writes them, where either day field
 * is enough when both are restricted; and the macros `@yearly`, `@annually`, `@monthly`, `@weekly`, `@daily`,
 * `@midnight`, `@hourly`.
 */
import type { Instant } from './instant.ts'
import { failure, type Result, success } from './result.ts'

/** A calendar day, in the numbers that rules ask for. */
type Day = { readonly date: number; readonly lastDate: number; readonly weekday: number }
type DayRule = (day: Day) => boolean

export type Cron = {
  readonly seconds: readonly number[]
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly months: ReadonlySet<number>
  readonly matchesDay: DayRule
}

type Field = {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const fields = {
  second: { name: 'second', min: 0, max: 59 },
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  date: { name: 'day of month', min: 1, max: 31 },
  month: {
    name: 'month',
    min: 1,
    max: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  /** Sunday is 0 and 7. */
  weekday: { name: 'day of week', min: 0, max: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
} satisfies Record<string, Field>

const macros: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 0 1 1 *'],
  ['@annually', '0 0 0 1 1 *'],
  ['@monthly', '0 0 0 1 * *'],
  ['@weekly', '0 0 0 * * 0'],
  ['@daily', '0 0 0 * * *'],
  ['@midnight', '0 0 0 * * *'],
  ['@hourly', '0 0 * * * *'],
])

const dayMs = 86_400_000
/** The longest gap between two matches: 29 February on one weekday comes again within 40 years. */
const searchDays = 366 * 41

function numberOf(text: string, field: Field): number | undefined {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1
  if (named >= 0) return named + field.min
  if (!/^\d{1,2}$/.test(text)) return undefined
  const value = Number(text)
  return value >= field.min && value <= field.max ? value : undefined
}

/** The end of a range: Sunday closes a week (`MON-SUN`). */
function lastOf(text: string, field: Field): number | undefined {
  const last = numberOf(text, field)
  return last === 0 && field === fields.weekday ? 7 : last
}

/** One list item: `*`, `5`, `1-5`, each with `/step`; `5/10` means from 5 on. */
function valuesOf(item: string, field: Field): readonly number[] | undefined {
  const [range = '', stepText, ...rest] = item.split('/')
  if (rest.length > 0) return undefined
  const step = stepText === undefined ? 1 : Number(/^\d{1,2}$/.test(stepText) ? stepText : 0)
  if (step < 1) return undefined
  const [firstText = '', lastText, ...more] = range.split('-')
  if (more.length > 0) return undefined
  const any = range === '*'
  const first = any ? field.min : numberOf(firstText, field)
  if (first === undefined) return undefined
  const open = any || (stepText !== undefined && lastText === undefined)
  const last = open ? field.max : lastText === undefined ? first : lastOf(lastText, field)
  if (last === undefined || last < first) return undefined
  const values: number[] = []
  for (let value = first; value <= last; value += step) values.push(value)
  return values
}

function listOf(text: string, field: Field): Result<readonly number[], string> {
  const found = new Set<number>()
  for (const item of text.split(',')) {
    const values = valuesOf(item, field)
    if (values === undefined) return failure(`"${text}" is no ${field.name} (${field.min}-${field.max})`)
    for (const value of values) found.add(value)
  }
  return success([...found].sort((a, b) => a - b))
}

/** The working day (Monday to Friday) nearest to a date of the same month; 0 when the month lacks the date. */
function nearestWorkingDate(date: number, day: Day): number {
  if (date > day.lastDate) return 0
  const weekday = (((day.weekday + date - day.date) % 7) + 7) % 7
  if (weekday === 6) return date > 1 ? date - 1 : date + 2
  if (weekday === 0) return date < day.lastDate ? date + 1 : date - 2
  return date
}

function dateRule(item: string): DayRule | undefined {
  if (item === 'L') return (day) => day.date === day.lastDate
  if (item === 'LW') return (day) => day.date === nearestWorkingDate(day.lastDate, day)
  const beforeLast = /^L-(\d{1,2})$/.exec(item)?.[1]
  if (beforeLast !== undefined) return (day) => day.date === day.lastDate - Number(beforeLast)
  const working = numberOf(/^(\d{1,2})W$/.exec(item)?.[1] ?? '', fields.date)
  if (working !== undefined) return (day) => day.date === nearestWorkingDate(working, day)
  const dates = valuesOf(item, fields.date)
  return dates === undefined ? undefined : (day) => dates.includes(day.date)
}

function weekdayRule(item: string): DayRule | undefined {
  const last = numberOf(/^(\w+)L$/.exec(item)?.[1] ?? '', fields.weekday)
  if (last !== undefined) return (day) => day.weekday === last % 7 && day.date > day.lastDate - 7
  const nth = /^(\w+)#([1-5])$/.exec(item)
  const weekday = numberOf(nth?.[1] ?? '', fields.weekday)
  if (nth !== null && weekday !== undefined) {
    return (day) => day.weekday === weekday % 7 && Math.ceil(day.date / 7) === Number(nth[2])
  }
  const weekdays = valuesOf(item, fields.weekday)?.map((value) => value % 7)
  return weekdays === undefined ? undefined : (day) => weekdays.includes(day.weekday)
}

/** A day field; `undefined` when it leaves every day open. */
function dayField(
  text: string,
  name: string,
  ruleOf: (item: string) => DayRule | undefined,
): Result<DayRule | undefined, string> {
  if (text === '*' || text === '?') return success(undefined)
  const rules: DayRule[] = []
  for (const item of text.split(',')) {
    const rule = ruleOf(item.toUpperCase())
    if (rule === undefined) return failure(`"${text}" is no ${name}`)
    rules.push(rule)
  }
  return success((day) => rules.some((rule) => rule(day)))
}

function joinDays(date: DayRule | undefined, weekday: DayRule | undefined, both: boolean): DayRule {
  if (date === undefined) return weekday ?? (() => true)
  if (weekday === undefined) return date
  return both ? (day) => date(day) && weekday(day) : (day) => date(day) || weekday(day)
}

/** Reads a schedule; the error says what was expected and what came. */
export function parseCron(text: string): Result<Cron, string> {
  const refuse = (why: string): Result<Cron, string> =>
    failure(`expected a cron schedule such as "0 0 9 ? * *" or @daily, got "${text}": ${why}`)
  const trimmed = text.trim()
  const parts = (macros.get(trimmed.toLowerCase()) ?? trimmed).split(/\s+/)
  if (parts.length !== 5 && parts.length !== 6) return refuse('it needs 5 or 6 fields')
  const [second = '', minute = '', hour = '', date = '', month = '', weekday = ''] =
    parts.length === 5 ? ['0', ...parts] : parts
  const seconds = listOf(second, fields.second)
  if (!seconds.ok) return refuse(seconds.error)
  const minutes = listOf(minute, fields.minute)
  if (!minutes.ok) return refuse(minutes.error)
  const hours = listOf(hour, fields.hour)
  if (!hours.ok) return refuse(hours.error)
  const months = listOf(month, fields.month)
  if (!months.ok) return refuse(months.error)
  const dates = dayField(date, fields.date.name, dateRule)
  if (!dates.ok) return refuse(dates.error)
  const weekdays = dayField(weekday, fields.weekday.name, weekdayRule)
  if (!weekdays.ok) return refuse(weekdays.error)
  const cron = {
    seconds: seconds.value,
    minutes: minutes.value,
    hours: hours.value,
    months: new Set(months.value),
    matchesDay: joinDays(dates.value, weekdays.value, parts.length === 6),
  }
  return nextCronTime(cron, 0) === undefined ? refuse('no day matches it') : success(cron)
}

/** The first second of a day at or after `from` (both counted from midnight). */
function nextTimeOfDay(cron: Cron, from: number): number | undefined {
  for (const hour of cron.hours) {
    if (hour * 3600 + 3599 < from) continue
    for (const minute of cron.minutes) {
      const start = hour * 3600 + minute * 60
      const second = cron.seconds.find((candidate) => start + candidate >= from)
      if (second !== undefined) return start + second
    }
  }
  return undefined
}

function dayAt(dayNumber: number): Day & { readonly month: number } {
  const date = new Date(dayNumber * dayMs)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0))
  return {
    date: date.getUTCDate(),
    lastDate: last.getUTCDate(),
    weekday: date.getUTCDay(),
    month: date.getUTCMonth() + 1,
  }
}

/** The first match strictly after `after`; `undefined` when there is none within four decades. */
export function nextCronTime(cron: Cron, after: Instant): Instant | undefined {
  const second = Math.floor(after / 1000) + 1
  const firstDay = Math.floor(second / 86_400)
  for (let dayNumber = firstDay; dayNumber < firstDay + searchDays; dayNumber += 1) {
    const day = dayAt(dayNumber)
    if (!cron.months.has(day.month) || !cron.matchesDay(day)) continue
    const time = nextTimeOfDay(cron, dayNumber === firstDay ? second - firstDay * 86_400 : 0)
    if (time !== undefined) return dayNumber * dayMs + time * 1000
  }
  return undefined
}
