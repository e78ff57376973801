/** The proleptic Gregorian calendar in whole days. Day 0 is 1970-01-01. */

/** DMN 1.5 §10.3.2.3.4 asks for years of up to nine digits. */
export const yearLimit = 999_999_999

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

export const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeapYear(year) ? 29 : (monthLengths[month - 1] ?? 0)

export const isDay = (year: number, month: number, day: number): boolean =>
  Math.abs(year) <= yearLimit && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)

/** 400 years repeat exactly; years are counted from March, so the leap day comes last. */
const eraDays = 146_097
/** From 0000-03-01 to 1970-01-01. */
const epochShift = 719_468

export function toEpochDay(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * eraDays + dayOfEra - epochShift
}

export function fromEpochDay(epochDay: number): { year: number; month: number; day: number } {
  const days = epochDay + epochShift
  const era = Math.floor(days / eraDays)
  const dayOfEra = days - era * eraDays
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return {
    year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  }
}

/** ISO 8601: Monday is 1, Sunday is 7. */
export const weekday = (epochDay: number): number => ((((epochDay + 3) % 7) + 7) % 7) + 1

export const dayOfYear = (year: number, month: number, day: number): number =>
  toEpochDay(year, month, day) - toEpochDay(year, 1, 1) + 1

/** ISO 8601 week number: week 1 holds the year's first Thursday. */
export function weekOfYear(year: number, month: number, day: number): number {
  const today = toEpochDay(year, month, day)
  const thursday = today - weekday(today) + 4
  const weekYear = fromEpochDay(thursday).year
  return Math.floor((thursday - toEpochDay(weekYear, 1, 1)) / 7) + 1
}
