import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { overviewQuery } from '../../api/queries.ts'
import { countText } from '../../frame/time-text.ts'
import { failuresAnchor } from './recent-failures.tsx'

type Tone = 'info' | 'warning' | 'error'

/** The server stops counting here. */
const countLimit = 10_000

const bounded = (count: number | undefined): string | undefined =>
  count === undefined ? undefined : countText(count, count >= countLimit)

/** Four numbers, each the way to what it counts. */
export function Numbers(): ReactNode {
  const overview = useQuery(overviewQuery)
  const incidents = overview.data?.activeIncidents ?? 0
  const failed = overview.data?.incidentsInLastHour ?? 0
  return (
    <Box
      sx={{
        display: 'grid',
        gridTemplateColumns: { xs: 'repeat(2, minmax(0, 1fr))', md: 'repeat(4, minmax(0, 1fr))' },
        gap: { xs: 1.5, md: 2 },
        mb: 3,
      }}
    >
      <NumberLink
        to="/runs?state=ACTIVE"
        label="Running"
        value={bounded(overview.data?.activeProcessInstances)}
        tone="info"
        lit={(overview.data?.activeProcessInstances ?? 0) > 0}
      />
      <NumberLink
        to="/tasks"
        label="Waiting for people"
        value={bounded(overview.data?.openUserTasks)}
        tone="warning"
        lit={(overview.data?.openUserTasks ?? 0) > 0}
      />
      <NumberLink
        to="/runs?incident=true"
        label="Incidents"
        value={bounded(overview.data?.activeIncidents)}
        tone="error"
        lit={incidents > 0}
      />
      <NumberLink
        to={`/#${failuresAnchor}`}
        label="Failed in the last hour"
        value={bounded(overview.data?.incidentsInLastHour)}
        tone="error"
        lit={failed > 0}
      />
    </Box>
  )
}

function NumberLink(props: {
  readonly to: string
  readonly label: string
  readonly value: string | undefined
  readonly tone: Tone
  readonly lit: boolean
}): ReactNode {
  return (
    <ButtonBase
      component={Link}
      to={props.to}
      sx={{
        display: 'block',
        textAlign: 'left',
        p: { xs: 2, md: 2.5 },
        borderRadius: 1,
        border: 1,
        borderColor: 'divider',
        background: 'var(--braid-palette-background-paper)',
        transition: 'border-color 120ms',
        '&:hover': { borderColor: `${props.tone}.main` },
      }}
    >
      <Typography
        component="div"
        sx={{
          fontSize: { xs: '1.75rem', md: '2.125rem' },
          fontWeight: 650,
          letterSpacing: '-0.03em',
          lineHeight: 1.15,
          color: props.lit ? `${props.tone}.main` : 'text.primary',
        }}
      >
        {props.value ?? '–'}
      </Typography>
      <Typography variant="body2" sx={{ color: 'text.secondary', fontWeight: 500 }}>
        {props.label}
      </Typography>
    </ButtonBase>
  )
}
