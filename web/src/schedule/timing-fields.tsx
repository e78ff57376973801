import type { Schedule } from '@braid/contract/schedule.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { catchUps, firstTimes, parseTiming, type TimingFlaw } from '@braid/core/base/schedule-timing.ts'
import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { type ReactNode, useMemo, useState } from 'react'
import { exactText } from '../frame/time-text.ts'
import { catchUpWords } from './timing-words.ts'

type Timing = Schedule['timing']
type Kind = 'cron' | 'every' | 'at'

/** A timing while it is entered: each kind keeps its text. */
export type TimingEntry = {
  readonly kind: Kind
  readonly cron: string
  readonly every: string
  /** Local date and time, as the browser's picker gives it. */
  readonly at: string
  readonly timeZone: string
  readonly jitter: string
  readonly catchUp: NonNullable<Timing['catchUp']>
}

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

const localText = (at: string): string => {
  const instant = Date.parse(at)
  return new Date(instant - new Date(instant).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

export const timingEntryOf = (timing: Timing | undefined): TimingEntry => ({
  kind: timing?.every !== undefined ? 'every' : timing?.at !== undefined ? 'at' : 'cron',
  cron: timing?.cron ?? '0 6 * * *',
  every: timing?.every ?? 'PT1H',
  at: timing?.at === undefined ? '' : localText(timing.at),
  timeZone: timing === undefined ? ownZone() : (timing.timeZone ?? 'UTC'),
  jitter: timing?.jitter ?? '',
  catchUp: timing?.catchUp ?? 'last',
})

/** The timing of an entry, or what is wrong with it: read by what the server reads it with. */
export function timingOf(entry: TimingEntry): Result<Timing, TimingFlaw> {
  const at = Date.parse(entry.at)
  if (entry.kind === 'at' && Number.isNaN(at)) {
    return failure({ field: 'at', message: 'expected a date and a time' })
  }
  const timing: Timing = {
    ...(entry.kind === 'cron' ? { cron: entry.cron.trim(), timeZone: entry.timeZone.trim() } : {}),
    ...(entry.kind === 'every' ? { every: entry.every.trim() } : {}),
    ...(entry.kind === 'at' ? { at: new Date(at).toISOString() } : {}),
    ...(entry.jitter.trim() === '' ? {} : { jitter: entry.jitter.trim() }),
    catchUp: entry.catchUp,
  }
  const parsed = parseTiming(timing)
  return parsed.ok ? success(timing) : parsed
}

const kinds: readonly { readonly kind: Kind; readonly label: string }[] = [
  { kind: 'cron', label: 'By cron' },
  { kind: 'every', label: 'At an interval' },
  { kind: 'at', label: 'Once' },
]

export function TimingFields(props: {
  readonly entry: TimingEntry
  readonly onChange: (entry: TimingEntry) => void
}): ReactNode {
  const { entry, onChange } = props
  const read = useMemo(() => timingOf(entry), [entry])
  const set = (change: Partial<TimingEntry>): void => onChange({ ...entry, ...change })
  const field = (name: keyof Timing & keyof TimingEntry, label: string, help: string) => {
    const wrong = !read.ok && read.error.field === name
    return {
      label,
      value: entry[name],
      error: wrong,
      helperText: wrong ? read.error.message : help,
      onChange: (event: { readonly target: { readonly value: string } }) =>
        set({ [name]: event.target.value }),
    }
  }
  return (
    <Stack spacing={2}>
      <TextField
        select
        label="When"
        value={entry.kind}
        onChange={(event) => set({ kind: event.target.value as Kind })}
      >
        {kinds.map(({ kind, label }) => (
          <MenuItem key={kind} value={kind}>
            {label}
          </MenuItem>
        ))}
      </TextField>
      {entry.kind === 'cron' && (
        <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { sm: '1fr 1fr' } }}>
          <TextField {...field('cron', 'Cron', 'Minute, hour, day, month, weekday')} />
          <TextField {...field('timeZone', 'Time zone', 'Such as Europe/Rome')} />
        </Box>
      )}
      {entry.kind === 'every' && (
        <TextField {...field('every', 'Every', 'An ISO 8601 duration: PT15M, PT1H, P1D')} />
      )}
      {entry.kind === 'at' && (
        <TextField
          type="datetime-local"
          slotProps={{ inputLabel: { shrink: true } }}
          {...field('at', 'At', 'In your time zone')}
        />
      )}
      <NextTimes entry={entry} read={read} />
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { sm: '1fr 1fr' } }}>
        <TextField {...field('jitter', 'Jitter', 'Optional: begin up to that much later, such as PT30S')} />
        <TextField
          select
          label="Times that a standstill missed"
          value={entry.catchUp}
          onChange={(event) => set({ catchUp: event.target.value as TimingEntry['catchUp'] })}
        >
          {catchUps.map((name) => (
            <MenuItem key={name} value={name}>
              {catchUpWords[name]}
            </MenuItem>
          ))}
        </TextField>
      </Box>
    </Stack>
  )
}

/** What is being typed means these times. */
function NextTimes(props: {
  readonly entry: TimingEntry
  readonly read: Result<Timing, TimingFlaw>
}): ReactNode {
  const [opened] = useState(() => Date.now())
  const { read } = props
  const times = useMemo(() => {
    const parsed = read.ok ? parseTiming(read.value) : undefined
    return parsed?.ok === true
      ? firstTimes(parsed.value, { anchor: opened, after: opened, max: 5 })
      : undefined
  }, [read, opened])
  if (times === undefined) return null
  return (
    <Typography variant="body2" component="div" role="status" sx={{ color: 'text.secondary' }}>
      {times.length === 0
        ? 'It would never start anything.'
        : `Next: ${times.map((time) => exactText(time)).join(' · ')}`}
    </Typography>
  )
}
