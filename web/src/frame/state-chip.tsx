import Chip from '@mui/material/Chip'
import type { ReactNode } from 'react'
import {
  CancelIcon,
  CheckIcon,
  ErrorIcon,
  type Icon,
  PauseIcon,
  RunIcon,
  SkipIcon,
  TaskIcon,
  WaitingIcon,
} from './icons.tsx'

type Tone = 'info' | 'success' | 'warning' | 'error' | 'default'
type Look = { readonly label: string; readonly tone: Tone; readonly icon: Icon }

const looks = {
  running: { label: 'Running', tone: 'info', icon: RunIcon },
  incident: { label: 'Incident', tone: 'error', icon: ErrorIcon },
  completed: { label: 'Completed', tone: 'success', icon: CheckIcon },
  terminated: { label: 'Terminated', tone: 'default', icon: CancelIcon },
  suspended: { label: 'Suspended', tone: 'warning', icon: PauseIcon },
  waiting: { label: 'Waiting', tone: 'warning', icon: WaitingIcon },
  open: { label: 'Open', tone: 'warning', icon: TaskIcon },
  failed: { label: 'Failed', tone: 'error', icon: ErrorIcon },
  resolved: { label: 'Resolved', tone: 'success', icon: CheckIcon },
  canceled: { label: 'Canceled', tone: 'default', icon: CancelIcon },
  queued: { label: 'Queued', tone: 'warning', icon: WaitingIcon },
  succeeded: { label: 'Succeeded', tone: 'success', icon: CheckIcon },
  skipped: { label: 'Skipped', tone: 'default', icon: SkipIcon },
  broken: { label: 'Broken', tone: 'error', icon: ErrorIcon },
  loaded: { label: 'Loaded', tone: 'success', icon: CheckIcon },
  paused: { label: 'Paused', tone: 'warning', icon: PauseIcon },
  alive: { label: 'Alive', tone: 'success', icon: CheckIcon },
  silent: { label: 'Silent', tone: 'error', icon: ErrorIcon },
} as const satisfies Record<string, Look>

export type ChipState = keyof typeof looks

/** The icon and the colour of a state, where a chip has no room. */
export const lookOf = (state: ChipState): { readonly icon: Icon; readonly colour: string } => ({
  icon: looks[state].icon,
  colour: colourOf(looks[state].tone),
})

const colourOf = (tone: Tone): string =>
  tone === 'default' ? 'var(--braid-palette-text-secondary)' : `var(--braid-palette-${tone}-main)`

/** A state in a word, an icon and a colour, so that each alone is enough. */
export function StateChip({
  state,
  label,
}: {
  readonly state: ChipState
  readonly label?: string
}): ReactNode {
  const look: Look = looks[state]
  const Icon = look.icon
  const colour = colourOf(look.tone)
  return (
    <Chip
      size="small"
      icon={<Icon sx={{ fontSize: 15 }} />}
      label={label ?? look.label}
      sx={{
        color: colour,
        background: `color-mix(in srgb, ${colour} 12%, transparent)`,
        '& .MuiChip-icon': { color: 'inherit', ml: 0.75 },
      }}
    />
  )
}

type InstanceState = {
  readonly state: 'ACTIVE' | 'SUSPENDED' | 'COMPLETED' | 'TERMINATED'
  readonly hasIncident: boolean
}

/** The one state of a run that matters most: a running one with an incident needs somebody. */
export function runState({ state, hasIncident }: InstanceState): ChipState {
  if (state === 'COMPLETED') return 'completed'
  if (state === 'TERMINATED') return 'terminated'
  if (state === 'SUSPENDED') return 'suspended'
  return hasIncident ? 'incident' : 'running'
}
