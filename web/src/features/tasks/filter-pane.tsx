import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { userTaskCountQuery } from '../../api/queries.ts'
import { countText } from '../../frame/time-text.ts'
import { type SavedFilter, savedFilters } from './task-filters.ts'

export function FilterPane(props: {
  readonly current: SavedFilter['id']
  readonly username: string
}): ReactNode {
  return (
    <Box component="nav" aria-label="Saved filters" sx={{ p: { xs: 1.5, lg: 2 } }}>
      <Typography variant="h1" sx={{ px: 1, mb: { xs: 1, lg: 2 }, mt: { lg: 0.5 } }}>
        Tasks
      </Typography>
      <Box sx={{ display: 'flex', flexDirection: { xs: 'row', lg: 'column' }, gap: 0.5, overflowX: 'auto' }}>
        {savedFilters.map((saved) => (
          <FilterLink
            key={saved.id}
            saved={saved}
            current={saved.id === props.current}
            username={props.username}
          />
        ))}
      </Box>
    </Box>
  )
}

function FilterLink(props: {
  readonly saved: SavedFilter
  readonly current: boolean
  readonly username: string
}): ReactNode {
  const { saved, current } = props
  const count = useQuery(userTaskCountQuery(saved.filter(props.username)))
  return (
    <ButtonBase
      component={Link}
      to={saved.id === 'open' ? '/tasks' : `/tasks?filter=${saved.id}`}
      {...(current ? { 'aria-current': 'page' as const } : {})}
      sx={{
        justifyContent: 'space-between',
        flexShrink: 0,
        gap: 1.25,
        px: 1.25,
        height: 34,
        borderRadius: 1,
        fontSize: '0.875rem',
        fontWeight: current ? 650 : 500,
        color: current ? 'primary.main' : 'text.primary',
        background: current ? 'var(--braid-palette-action-selected)' : 'none',
        '&:hover': { background: 'var(--braid-palette-action-hover)' },
      }}
    >
      <span>{saved.label}</span>
      {count.data !== undefined && (
        <Typography component="span" variant="caption" sx={{ color: 'text.secondary', fontWeight: 600 }}>
          {countText(count.data.totalItems, count.data.hasMoreTotalItems)}
        </Typography>
      )}
    </ButtonBase>
  )
}
