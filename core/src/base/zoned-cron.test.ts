/** Next times against a walk over every minute, whose local time a format of its own tells. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCron } from './cron.ts'
import { parseDateTime } from './date-time.ts'
import { nextZonedCronTime } from './zoned-cron.ts'

const at = (text: string): number => {
  const parsed = parseDateTime(text)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.value
}
const iso = (instant: number): string => new Date(instant).toISOString().slice(0, 16)

function timesOf(cron: string, zone: string, from: string, to: string): string[] {
  const parsed = parseCron(cron)
  if (!parsed.ok) throw new Error(parsed.error)
  const times: string[] = []
  let time = nextZonedCronTime(parsed.value, zone, at(from) - 1)
  while (time !== undefined && time <= at(to)) {
    times.push(iso(time))
    time = nextZonedCronTime(parsed.value, zone, time)
  }
  return times
}

describe('a day with the clocks set forward: Berlin, 29 March 2026, 02:00 to 03:00', () => {
  const day = (cron: string) =>
    timesOf(cron, 'Europe/Berlin', '2026-03-29T00:00:00+01:00', '2026-03-29T04:00:00+02:00')

  test('a time that no clock shows is when they jump', () => {
    expect(day('30 2 * * *')).toEqual(['2026-03-29T01:00'])
  })
  test('several of them are one', () => {
    expect(day('*/20 2,3 * * *')).toEqual([...['2026-03-29T01:00', '2026-03-29T01:20', '2026-03-29T01:40']])
  })
  test('schedules of every hour have no turn in the hour that is skipped', () => {
    expect(day('30 * * * *')).toEqual(['2026-03-28T23:30', '2026-03-29T00:30', '2026-03-29T01:30'])
  })
})

describe('a day with the clocks set back: Berlin, 25 October 2026, 03:00 to 02:00', () => {
  const day = (cron: string) =>
    timesOf(cron, 'Europe/Berlin', '2026-10-25T00:00:00+02:00', '2026-10-25T04:00:00+01:00')

  test('a time that comes twice is its first', () => {
    expect(day('30 2 * * *')).toEqual(['2026-10-25T00:30'])
  })
  test('schedules of every hour have the doubled hour two times', () => {
    expect(day('30 * * * *')).toEqual([
      ...['2026-10-24T22:30', '2026-10-24T23:30', '2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30'],
    ])
  })
})

test('a whole day that was skipped (Samoa, 30 December 2011) is when the date changed', () => {
  const times = timesOf('0 12 * * *', 'Pacific/Apia', '2011-12-29T20:00:00Z', '2012-01-01T00:00:00Z')
  expect(times).toEqual(['2011-12-29T22:00', '2011-12-30T10:00', '2011-12-30T22:00', '2011-12-31T22:00'])
})

test('half an hour (Lord Howe) is skipped and doubled as a whole one is', () => {
  const zone = 'Australia/Lord_Howe'
  expect(timesOf('15 2 * * *', zone, '2026-10-03T12:00:00Z', '2026-10-04T12:00:00Z')).toEqual([
    '2026-10-03T15:30',
  ])
  expect(timesOf('45 1 * * *', zone, '2026-04-04T12:00:00Z', '2026-04-05T12:00:00Z')).toEqual([
    '2026-04-04T14:45',
  ])
})

const minuteMs = 60_000

type Local = { readonly minute: number; readonly hour: number; readonly day: string }

/** What a wall clock of the zone shows. */
function wallClock(zone: string): (instant: number) => Local {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  return (instant) => {
    const [day = '', time = ''] = format.format(instant).split(' ')
    const [hour = '', minute = ''] = time.split(':')
    return { day, hour: Number(hour), minute: Number(minute) }
  }
}

/** The rules as the documentation says them, minute by minute. */
function bruteForce(zone: string, minutes: number[], hours: number[], from: number, to: number): number[] {
  const clock = wallClock(zone)
  const everyHour = hours.length === 24
  const found = new Set<number>()
  const seen = new Set<string>()
  const numberOf = ({ hour, minute }: Local): number => hour * 60 + minute
  for (let instant = from - 1_440 * minuteMs; instant <= to; instant += minuteMs) {
    const shown = clock(instant)
    const before = clock(instant - minuteMs)
    const name = `${shown.day} ${numberOf(shown)}`
    const isFirst = !seen.has(name)
    seen.add(name)
    const matches = minutes.includes(shown.minute) && hours.includes(shown.hour)
    if (matches && (everyHour || isFirst)) found.add(instant)
    // Clocks jumped: what they passed over on this day is now.
    const jumped = shown.day === before.day && numberOf(shown) > numberOf(before) + 1
    if (!jumped || everyHour) continue
    for (let passed = numberOf(before) + 1; passed < numberOf(shown); passed += 1) {
      if (minutes.includes(passed % 60) && hours.includes(Math.floor(passed / 60))) found.add(instant)
    }
  }
  return [...found].filter((instant) => instant >= from).sort((a, b) => a - b)
}

test('next times are those of a walk over every minute', () => {
  const changes = [
    ...['2026-03-29T00:00:00Z', '2026-10-25T00:00:00Z', '2026-03-08T06:00:00Z', '2026-11-01T05:00:00Z'],
    ...['2026-04-04T14:00:00Z', '2026-10-03T15:00:00Z', '2026-06-01T00:00:00Z'],
  ].map(at)
  const zones = [
    ...['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'],
    ...['Antarctica/Troll', 'America/Sao_Paulo'],
  ]
  const subset = (max: number) =>
    fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 6 }).map((values) => values.sort())
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom(...changes),
      fc.integer({ min: -600, max: 300 }),
      subset(59),
      fc.oneof(subset(5), fc.constant(Array.from({ length: 24 }, (_, hour) => hour))),
      (zone, change, offset, minutes, hours) => {
        const from = change + offset * minuteMs
        const to = from + 600 * minuteMs
        const cron = `${minutes.join()} ${hours.join()} * * *`
        expect(timesOf(cron, zone, new Date(from).toISOString(), new Date(to).toISOString())).toEqual(
          bruteForce(zone, minutes, hours, from, to).map(iso),
        )
      },
    ),
    { numRuns: 100 },
  )
})
