import type { Incident } from '@braid/contract/incident.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { CheckIcon, RetryIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { nameOf } from '../../history/element-names.ts'
import { useRetryIncidents } from '../../incident/use-retry-incidents.ts'
import type { PanelProps } from './panel.ts'
import { runIncidentsQuery } from './run-queries.ts'

/** In words, and what helps. */
const advice: Record<Incident['errorType'], string> = {
  JOB_NO_RETRIES: 'The worker failed and no retries were left. Repair the cause, then retry.',
  IO_MAPPING_ERROR: 'An input or output mapping failed. Correct the variables, then retry.',
  CONDITION_ERROR: 'A condition could not be decided. Correct the variables, then retry.',
  EXTRACT_VALUE_ERROR: 'A value was missing or had another type. Correct the variables, then retry.',
  CALLED_ELEMENT_ERROR: 'The called process could not be started, or was canceled. Retry calls it anew.',
  UNHANDLED_ERROR_EVENT: 'An error was thrown that nothing catches.',
  DECISION_EVALUATION_ERROR:
    'The decision could not be evaluated. Correct the variables or deploy it anew, then retry.',
  STEP_LIMIT: 'The run took too many steps without waiting: perhaps an endless loop.',
}

/** What stopped, why, and the button that tries again. */
export function IncidentsTab({ instance, names, selected }: PanelProps): ReactNode {
  const incidents = useQuery(runIncidentsQuery(instance.processInstanceKey))
  const retry = useRetryIncidents(['process-instance', instance.processInstanceKey])
  if (incidents.isPending) return <LoadingRows rows={3} />
  if (incidents.isError) return <Failure error={incidents.error} onRetry={incidents.refetch} />
  const items = incidents.data.items.filter((each) => selected === undefined || each.elementId === selected)
  const open = items.filter((each) => each.state === 'ACTIVE')
  if (items.length === 0) return <Empty icon={CheckIcon} title="No incidents" />
  return (
    <Box>
      {open.length > 1 && (
        <Box sx={{ px: { xs: 2, md: 3 }, pt: 2 }}>
          <Button
            variant="contained"
            startIcon={<RetryIcon />}
            loading={retry.isPending}
            onClick={() => retry.mutate(open.map(({ incidentKey }) => incidentKey))}
          >
            Retry all {open.length}
          </Button>
        </Box>
      )}
      <Box component="ul" aria-label="Incidents" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {items.map((incident) => (
          <IncidentRow
            key={incident.incidentKey}
            incident={incident}
            element={nameOf(names, incident.elementId)}
            pending={retry.isPending}
            onRetry={() => retry.mutate([incident.incidentKey])}
          />
        ))}
      </Box>
    </Box>
  )
}

function IncidentRow(props: {
  readonly incident: Incident
  readonly element: string
  readonly pending: boolean
  readonly onRetry: () => void
}): ReactNode {
  const { incident, element } = props
  const open = incident.state === 'ACTIVE'
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 2,
        px: { xs: 2, md: 3 },
        py: 1.75,
        '& + &': { borderTop: 1, borderColor: 'divider' },
      }}
    >
      <Box sx={{ flex: 1, minWidth: 240 }}>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, mb: 0.5 }}>
          <StateChip state={open ? 'incident' : 'resolved'} />
          <Typography variant="body2" sx={{ fontWeight: 650 }}>
            {element}
          </Typography>
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            <RelativeTime at={incident.creationTime} /> · {incident.errorType}
          </Typography>
        </Box>
        <Typography variant="body2" sx={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {incident.errorMessage}
        </Typography>
        {open && (
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            {advice[incident.errorType]}
          </Typography>
        )}
      </Box>
      {open && (
        <Button variant="contained" startIcon={<RetryIcon />} loading={props.pending} onClick={props.onRetry}>
          Retry
        </Button>
      )}
    </Box>
  )
}
