import type { UserTask } from '@braid/contract/user-task.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'
import { BackIcon, ClaimIcon } from '../../frame/icons.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { RelativeTime } from '../../frame/time.tsx'

const chips = { CREATED: 'open', COMPLETED: 'completed', CANCELED: 'canceled' } as const

export function TaskHeader(props: {
  readonly task: UserTask
  readonly mine: boolean
  readonly back: string
  readonly pending: boolean
  readonly onClaim: () => void
  readonly onUnclaim: () => void
}): ReactNode {
  const { task, mine } = props
  const open = task.state === 'CREATED'
  return (
    <Box
      component="header"
      sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: 1.5, mb: 2.5 }}
    >
      <IconButton
        component={RouterLink}
        to={props.back}
        aria-label="Back to the list"
        sx={{ display: { md: 'none' }, ml: -1 }}
      >
        <BackIcon />
      </IconButton>
      <Box sx={{ flex: 1, minWidth: 200 }}>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1.5, rowGap: 0.5 }}>
          <Typography variant="h1">{task.name ?? task.elementId}</Typography>
          <StateChip state={chips[task.state]} />
        </Box>
        <Typography variant="body2" sx={{ color: 'text.secondary', mt: 0.5 }}>
          <Link component={RouterLink} to={`/runs/${task.processInstanceKey}`}>
            {task.processName ?? task.processDefinitionId}
          </Link>
          {' · created '}
          <RelativeTime at={task.creationDate} />
          {task.dueDate !== undefined && (
            <>
              {' · due '}
              <RelativeTime at={task.dueDate} />
            </>
          )}
          {task.completionDate !== undefined && (
            <>
              {' · ended '}
              <RelativeTime at={task.completionDate} />
            </>
          )}
          {` · ${task.assignee === undefined ? 'unassigned' : `assigned to ${mine ? 'me' : task.assignee}`}`}
          {task.candidateGroups.length > 0 && ` · for ${task.candidateGroups.join(', ')}`}
        </Typography>
      </Box>
      {open &&
        (mine ? (
          <Button variant="outlined" loading={props.pending} onClick={props.onUnclaim}>
            Unclaim
          </Button>
        ) : (
          <Button
            variant={task.assignee === undefined ? 'contained' : 'outlined'}
            startIcon={<ClaimIcon />}
            loading={props.pending}
            onClick={props.onClaim}
          >
            {task.assignee === undefined ? 'Claim' : 'Take over'}
          </Button>
        ))}
    </Box>
  )
}
