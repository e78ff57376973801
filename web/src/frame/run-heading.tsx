import Box from '@mui/material/Box'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { Copyable } from './copyable.tsx'
import { type ChipState, StateChip } from './state-chip.tsx'
import { Duration, RelativeTime } from './time.tsx'

/** Stays in sight over a run: what it is, in which state, and what can be done with it. */
export function RunHeading(props: {
  /** Links to what the run belongs to. */
  readonly path: ReactNode
  readonly runKey: string
  readonly title: string
  readonly state: ChipState
  readonly origin?: ReactNode
  /** Above whatever the page puts in layers. */
  readonly zIndex: number
  /** Facts and actions. */
  readonly children: ReactNode
}): ReactNode {
  return (
    <Box
      component="header"
      sx={{
        position: 'sticky',
        top: 0,
        zIndex: props.zIndex,
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: { xs: 1, md: 2 },
        px: { xs: 2, md: 3 },
        py: 1.5,
        borderBottom: 1,
        borderColor: 'divider',
        background: 'var(--braid-palette-background-paper)',
      }}
    >
      <Box sx={{ flex: 1, minWidth: { xs: '100%', sm: 260 } }}>
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
          {props.path}
          {' / '}
          <Copyable text={props.runKey} label="the key of the run" />
        </Typography>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1.5, rowGap: 0.5 }}>
          <Typography variant="h1">{props.title}</Typography>
          <Box role="status" aria-label="State of the run">
            <StateChip state={props.state} />
          </Box>
        </Box>
        {props.origin}
      </Box>
      {props.children}
    </Box>
  )
}

export function ActionRow({ children }: { readonly children: ReactNode }): ReactNode {
  return <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>{children}</Box>
}

export function FactRow({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Box component="dl" sx={{ display: 'flex', flexWrap: 'wrap', gap: { xs: 2, md: 3 }, m: 0 }}>
      {children}
    </Box>
  )
}

export function Fact(props: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <Box>
      <Typography component="dt" variant="caption" sx={{ color: 'text.secondary' }}>
        {props.name}
      </Typography>
      <Typography component="dd" variant="body2" sx={{ m: 0, fontWeight: 600 }}>
        {props.children}
      </Typography>
    </Box>
  )
}

/** How old it is, or when it ended and how long it took. */
export function TimeFacts(props: {
  /** What the age is called. */
  readonly age: string
  readonly hint: string
  readonly from: string
  readonly to: string | number | undefined
}): ReactNode {
  const { from, to } = props
  if (to === undefined)
    return (
      <Fact name={props.age}>
        <Tooltip title={props.hint}>
          <span>
            <Duration from={from} />
          </span>
        </Tooltip>
      </Fact>
    )
  return (
    <>
      <Fact name="Ended">
        <RelativeTime at={to} />
      </Fact>
      <Fact name="Took">
        <Duration from={from} to={to} />
      </Fact>
    </>
  )
}
