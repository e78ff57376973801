import Box from '@mui/material/Box'
import Tooltip from '@mui/material/Tooltip'
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react'
import { durationText, exactText, relativeText } from './time-text.ts'

const tickMs = 1_000
const listeners = new Set<() => void>()
let ticker: ReturnType<typeof setInterval> | undefined
let now = Date.now()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (ticker === undefined) now = Date.now()
  ticker ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, tickMs)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(ticker)
    ticker = undefined
  }
}

/** The time, each second; one timer for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}

type When = { readonly at: string | number }

const instantOf = (at: string | number): number => (typeof at === 'number' ? at : Date.parse(at))

/** "3 min ago", with the exact time in a tooltip. */
export function RelativeTime({ at }: When): ReactNode {
  const instant = instantOf(at)
  const text = relativeText(instant, useNow())
  return (
    <Tooltip title={exactText(instant)}>
      <Box component="time" dateTime={new Date(instant).toISOString()} sx={{ whiteSpace: 'nowrap' }}>
        {text}
      </Box>
    </Tooltip>
  )
}

/** How long something took, or has been going on. */
export function Duration(props: {
  readonly from: string | number
  readonly to?: string | number | undefined
}): ReactNode {
  const running = useNow()
  const [mountedAt] = useState(() => Date.now())
  const end = props.to === undefined ? Math.max(running, mountedAt) : instantOf(props.to)
  return <>{durationText(end - instantOf(props.from))}</>
}

/** Follows a value after it rested for `delayMs`: for filters that are typed. */
export function useRested<T>(value: T, delayMs: number): T {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), delayMs)
    return () => clearTimeout(timer)
  }, [value, delayMs])
  return rested
}
