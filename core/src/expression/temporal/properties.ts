import {
  type DateValue,
  DaysDuration,
  type MonthsDuration,
  type SpecialValue,
  type Value,
} from '../values.ts'
import { weekday } from './calendar.ts'
import { epochDayOf, nanosPerSecond, offsetOf } from './instant.ts'

/** A named part of a temporal value or range (DMN 1.5 table 60); undefined for names it doesn't have. */
export function propertyOf(value: SpecialValue, name: string): Value | undefined {
  switch (value.type) {
    case 'date':
      return dateProperty(value, name)
    case 'time':
      return timeProperty(value.nanos, name) ?? zoneProperty(value, name)
    case 'date and time':
      return dateProperty(value.date, name) ?? timeProperty(value.nanos, name) ?? zoneProperty(value, name)
    case 'days and time duration':
      return daysProperty(value, name)
    case 'years and months duration':
      return monthsProperty(value, name)
    case 'range':
      if (name === 'start') return value.start
      if (name === 'end') return value.end
      if (name === 'start included') return value.startIncluded
      return name === 'end included' ? value.endIncluded : undefined
    default:
      return undefined
  }
}

function dateProperty(date: DateValue, name: string): Value | undefined {
  if (name === 'year') return date.year
  if (name === 'month') return date.month
  if (name === 'day') return date.day
  return name === 'weekday' ? weekday(epochDayOf(date)) : undefined
}

function timeProperty(nanos: number, name: string): Value | undefined {
  const seconds = Math.floor(nanos / nanosPerSecond)
  if (name === 'hour') return Math.floor(seconds / 3_600)
  if (name === 'minute') return Math.floor(seconds / 60) % 60
  return name === 'second' ? seconds % 60 : undefined
}

/** Null for a local time, which has neither. */
function zoneProperty(
  value: Extract<SpecialValue, { type: 'time' | 'date and time' }>,
  name: string,
): Value | undefined {
  if (name === 'timezone') return typeof value.zone === 'string' ? value.zone : null
  if (name !== 'time offset') return undefined
  const offset = offsetOf(value)
  return offset === undefined ? null : new DaysDuration(BigInt(offset) * BigInt(nanosPerSecond))
}

function daysProperty({ nanos }: DaysDuration, name: string): Value | undefined {
  const seconds = Number(nanos / BigInt(nanosPerSecond))
  if (name === 'days') return Math.trunc(seconds / 86_400) + 0
  if (name === 'hours') return (Math.trunc(seconds / 3_600) % 24) + 0
  if (name === 'minutes') return (Math.trunc(seconds / 60) % 60) + 0
  return name === 'seconds' ? (seconds % 60) + 0 : undefined
}

function monthsProperty({ months }: MonthsDuration, name: string): Value | undefined {
  if (name === 'years') return Math.trunc(months / 12) + 0
  return name === 'months' ? (months % 12) + 0 : undefined
}
