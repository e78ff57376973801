import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import ButtonBase from '@mui/material/ButtonBase'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { type InstanceFilter, recentInstancesQuery } from '../../api/queries.ts'
import { HistoryIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { runState, StateChip } from '../../frame/state-chip.tsx'
import { Duration, RelativeTime } from '../../frame/time.tsx'

const everything: InstanceFilter = {}
const shown = 10

/** What started last, newest on top. */
export function Activity(): ReactNode {
  const recent = useQuery(recentInstancesQuery(everything, shown))
  return (
    <Box component="section" aria-labelledby="activity-title">
      <Box sx={{ display: 'flex', alignItems: 'center', mb: 1.5 }}>
        <Typography variant="h2" id="activity-title" sx={{ flex: 1 }}>
          Recent activity
        </Typography>
        <Button component={Link} to="/runs" size="small">
          All runs
        </Button>
      </Box>
      <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
        {recent.isPending ? (
          <LoadingRows />
        ) : recent.isError ? (
          <Failure error={recent.error} onRetry={recent.refetch} />
        ) : recent.data.items.length === 0 ? (
          <Empty icon={HistoryIcon} title="Nothing has run yet">
            Start the sample or deploy a process of your own: it shows up here.
          </Empty>
        ) : (
          recent.data.items.map((run) => (
            <ButtonBase
              key={run.processInstanceKey}
              component={Link}
              to={`/runs/${run.processInstanceKey}`}
              sx={{
                display: 'flex',
                width: '100%',
                textAlign: 'left',
                gap: 2,
                px: 2,
                py: 1.25,
                '&:not(:first-of-type)': { borderTop: 1, borderColor: 'divider' },
                '&:hover': { background: 'var(--braid-palette-action-hover)' },
                '&:focus-visible': { outlineOffset: '-2px !important' },
              }}
            >
              <Box sx={{ flex: 1, minWidth: 0 }}>
                <Typography variant="body2" noWrap sx={{ fontWeight: 600 }}>
                  {run.processDefinitionName ?? run.processDefinitionId}
                  {run.businessId !== undefined && (
                    <Box component="span" sx={{ color: 'text.secondary', fontWeight: 400 }}>
                      {' '}
                      · {run.businessId}
                    </Box>
                  )}
                </Typography>
                <Typography variant="caption" sx={{ color: 'text.secondary' }}>
                  started <RelativeTime at={run.startDate} />
                  {run.endDate !== undefined && (
                    <>
                      {' '}
                      · took <Duration from={run.startDate} to={run.endDate} />
                    </>
                  )}
                </Typography>
              </Box>
              <StateChip state={runState(run)} />
            </ButtonBase>
          ))
        )}
      </Paper>
    </Box>
  )
}
