import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import type { ReactNode } from 'react'
import { Link } from 'react-router'

const kinds = [
  { kind: 'processes', to: '/runs', label: 'Processes' },
  { kind: 'dags', to: '/runs/dags', label: 'DAGs' },
  { kind: 'scripts', to: '/executions', label: 'Scripts' },
] as const

/** Runs are of processes, of DAGs or of scripts: each kind has its own list. */
export function RunKinds(props: { readonly kind: (typeof kinds)[number]['kind'] }): ReactNode {
  return (
    <Box component="nav" aria-label="Kinds of runs" sx={{ display: 'flex', gap: 0.5, mb: 2, mt: -1 }}>
      {kinds.map(({ kind, to, label }) => (
        <Button
          key={kind}
          size="small"
          component={Link}
          to={to}
          color={kind === props.kind ? 'primary' : 'secondary'}
          sx={{ background: kind === props.kind ? 'var(--braid-palette-action-selected)' : 'none' }}
          {...(kind === props.kind ? { 'aria-current': 'page' as const } : {})}
        >
          {label}
        </Button>
      ))}
    </Box>
  )
}
