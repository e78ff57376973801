import type { Incident } from '@braid/contract/incident.ts'
import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { Link as RouterLink, useLocation } from 'react-router'
import { api } from '../../api/client.ts'
import { listRefreshMs } from '../../api/queries.ts'
import { ErrorIcon } from '../../frame/icons.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { RelativeTime } from '../../frame/time.tsx'

export const failuresAnchor = 'failures'

const hourMs = 3_600_000
const shown = 5

/** Incidents raised within the last hour, repaired ones too. */
const recentFailuresQuery = queryOptions({
  queryKey: ['incidents', 'last-hour'],
  queryFn: ({ signal }) =>
    api.searchIncidents({
      body: {
        filter: { creationTime: { $gte: new Date(Date.now() - hourMs).toISOString() } },
        sort: [{ field: 'creationTime', order: 'desc' }],
        page: { limit: shown },
      },
      signal,
    }),
  refetchInterval: listRefreshMs,
})

export function RecentFailures(): ReactNode {
  const { data } = useQuery(recentFailuresQuery)
  const { hash } = useLocation()
  const section = useRef<HTMLDivElement>(null)
  const asked = hash === `#${failuresAnchor}`
  useEffect(() => {
    if (asked) section.current?.scrollIntoView({ block: 'nearest' })
  }, [asked])
  if (data === undefined || (data.items.length === 0 && !asked)) return null
  return (
    <Box component="section" ref={section} id={failuresAnchor} aria-labelledby="failures-title">
      <Typography variant="h2" id="failures-title" sx={{ mb: 1.5, lineHeight: '30px' }}>
        Failed in the last hour
      </Typography>
      <Paper variant="outlined">
        {data.items.length === 0 && (
          <Typography variant="body2" sx={{ p: 2.5, color: 'text.secondary' }}>
            Nothing failed in the last hour.
          </Typography>
        )}
        {data.items.map((incident) => (
          <FailureRow key={incident.incidentKey} incident={incident} />
        ))}
      </Paper>
    </Box>
  )
}

function FailureRow({ incident }: { readonly incident: Incident }): ReactNode {
  return (
    <Box
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 1.5,
        px: 2,
        py: 1.25,
        '&:not(:first-of-type)': { borderTop: 1, borderColor: 'divider' },
      }}
    >
      <ErrorIcon fontSize="small" color={incident.state === 'ACTIVE' ? 'error' : 'disabled'} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Link
          component={RouterLink}
          to={`/runs/${incident.processInstanceKey}?tab=incidents`}
          sx={{
            display: 'block',
            fontWeight: 600,
            fontSize: '0.875rem',
            overflow: 'hidden',
            textOverflow: 'ellipsis',
            whiteSpace: 'nowrap',
          }}
        >
          {incident.errorMessage || incident.errorType}
        </Link>
        <Typography variant="caption" sx={{ color: 'text.secondary' }}>
          {incident.processDefinitionId} · {incident.elementId} · <RelativeTime at={incident.creationTime} />
        </Typography>
      </Box>
      {incident.state === 'RESOLVED' && <StateChip state="resolved" />}
    </Box>
  )
}
