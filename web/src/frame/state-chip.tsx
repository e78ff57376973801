import type { SvgIconComponent } from '@mui/icons-material'
import AssignmentTurnedInOutlined from '@mui/icons-material/AssignmentTurnedInOutlined'
import CancelOutlined from '@mui/icons-material/CancelOutlined'
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined'
import ErrorOutlineOutlined from '@mui/icons-material/ErrorOutlineOutlined'
import HourglassEmptyOutlined from '@mui/icons-material/HourglassEmptyOutlined'
import PlayCircleOutlined from '@mui/icons-material/PlayCircleOutlined'
import Chip from '@mui/material/Chip'
import type { ReactNode } from 'react'

type Tone = 'info' | 'success' | 'warning' | 'error' | 'default'
type Look = { readonly label: string; readonly tone: Tone; readonly icon: SvgIconComponent }

const looks = {
  running: { label: 'Running', tone: 'info', icon: PlayCircleOutlined },
  incident: { label: 'Incident', tone: 'error', icon: ErrorOutlineOutlined },
  completed: { label: 'Completed', tone: 'success', icon: CheckCircleOutlined },
  terminated: { label: 'Terminated', tone: 'default', icon: CancelOutlined },
  waiting: { label: 'Waiting', tone: 'warning', icon: HourglassEmptyOutlined },
  open: { label: 'Open', tone: 'warning', icon: AssignmentTurnedInOutlined },
  failed: { label: 'Failed', tone: 'error', icon: ErrorOutlineOutlined },
  resolved: { label: 'Resolved', tone: 'success', icon: CheckCircleOutlined },
  canceled: { label: 'Canceled', tone: 'default', icon: CancelOutlined },
} as const satisfies Record<string, Look>

export type ChipState = keyof typeof looks

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
  const colour =
    look.tone === 'default' ? 'var(--braid-palette-text-secondary)' : `var(--braid-palette-${look.tone}-main)`
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

type InstanceState = { readonly state: 'ACTIVE' | 'COMPLETED' | 'TERMINATED'; readonly hasIncident: boolean }

/** The one state of a run that matters most: a running one with an incident needs somebody. */
export function runState({ state, hasIncident }: InstanceState): ChipState {
  if (state === 'COMPLETED') return 'completed'
  if (state === 'TERMINATED') return 'terminated'
  return hasIncident ? 'incident' : 'running'
}
