/** A timing as people say it. */
import type { Schedule } from '@braid/contract/schedule.ts'
import { exactText } from '../frame/time-text.ts'

type Timing = Schedule['timing']

export function timingWords(timing: Timing): string {
  const { cron, every, at, timeZone, jitter } = timing
  const when =
    cron !== undefined
      ? `cron ${cron} (${timeZone ?? 'UTC'})`
      : every !== undefined
        ? `every ${durationWords(every)}`
        : at !== undefined
          ? `once, ${exactText(Date.parse(at))}`
          : ''
  return jitter === undefined ? when : `${when}, up to ${durationWords(jitter)} later`
}

const units = {
  Y: 'year',
  M: 'month',
  W: 'week',
  D: 'day',
  TH: 'hour',
  TM: 'minute',
  TS: 'second',
} as const

/** "PT1H30M" as "1 hour 30 minutes"; what is no ISO 8601 duration stays as it is. */
export function durationWords(text: string): string {
  const [, days = '', time = ''] = /^P([^T]*)(?:T(.+))?$/.exec(text) ?? []
  const read = (part: string, prefix: '' | 'T'): readonly string[] =>
    [...part.matchAll(/(\d+(?:[.,]\d+)?)([A-Z])/g)].map(([, count = '', letter = '']) => {
      const unit = units[`${prefix}${letter}` as keyof typeof units] ?? letter
      return `${count} ${unit}${count === '1' ? '' : 's'}`
    })
  const words = [...read(days, ''), ...read(time, 'T')]
  return words.length === 0 ? text : words.join(' ')
}

export const catchUpWords = {
  none: 'Nothing',
  last: 'One run for the last of them',
  all: 'One run each, up to a hundred',
} as const satisfies Record<NonNullable<Timing['catchUp']>, string>
