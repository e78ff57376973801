import type { Schedule } from '@braid/contract/schedule.ts'
import type { Script } from '@braid/contract/script.ts'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink } from 'react-router'
import { api } from '../api/client.ts'
import { may, sessionQuery } from '../api/session.ts'
import { dagPath } from '../dag/dag-run-state.ts'
import { ConfirmDialog } from '../frame/confirm-dialog.tsx'
import { PauseIcon, PlayIcon, ScheduleIcon } from '../frame/icons.tsx'
import { Empty, Failure, LoadingRows, LoadMore } from '../frame/list-states.tsx'
import { useFailureNotice } from '../frame/notices.tsx'
import { StateChip } from '../frame/state-chip.tsx'
import { RelativeTime } from '../frame/time.tsx'
import { exactText } from '../frame/time-text.ts'
import { BackfillDialog } from './backfill-dialog.tsx'
import { ScheduleDialog } from './schedule-dialog.tsx'
import { type ScheduleFilter, schedulesQuery } from './schedule-queries.ts'
import { scriptKeyOf, scriptsByKeyQuery } from './script-definition.ts'
import { timingWords } from './timing-words.ts'

type ScheduleListProps = {
  readonly filter: ScheduleFilter
  /** The page of a DAG or a script needs no link to it. */
  readonly ofOneDefinition?: boolean
  readonly empty?: ReactNode
}

/** Schedules with what comes next, and what can be done to them. */
export function ScheduleList({ filter, ofOneDefinition = false, empty }: ScheduleListProps): ReactNode {
  const schedules = useInfiniteQuery(schedulesQuery(filter))
  const items = schedules.data?.pages.flatMap((page) => page.items) ?? []
  const scripts = useScripts(items)
  if (schedules.isPending) return <LoadingRows />
  if (schedules.isError) return <Failure error={schedules.error} onRetry={schedules.refetch} />
  if (items.length === 0)
    return (
      <Paper variant="outlined">{empty ?? <Empty icon={ScheduleIcon} title="No schedule matches" />}</Paper>
    )
  return (
    <>
      <Box
        component="ul"
        aria-label="Schedules"
        sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1.5 }}
      >
        {items.map((schedule) => (
          <ScheduleCard
            key={schedule.scheduleKey}
            schedule={schedule}
            scripts={scripts}
            named={!ofOneDefinition}
          />
        ))}
      </Box>
      <LoadMore found={schedules} />
    </>
  )
}

/** By key, those that one sees; undefined while they are not known. */
type Scripts = ReadonlyMap<string, Script> | undefined

function useScripts(schedules: readonly Schedule[]): Scripts {
  const session = useQuery(sessionQuery).data
  const keys = [...new Set(schedules.flatMap(({ definitionId }) => scriptKeyOf(definitionId) ?? []))]
  const mayRead = session != null && may(session, 'script:read')
  const query = scriptsByKeyQuery(keys.slice(0, mostScripts))
  return useQuery({ ...query, enabled: mayRead && keys.length > 0 }).data
}

/** As many as one question may be about. */
const mostScripts = 1_000

type CardProps = { readonly schedule: Schedule; readonly scripts: Scripts }

/** What it runs, with a link to where that is shown. */
function Definition({ schedule: { kind, definitionId }, scripts }: CardProps): ReactNode {
  const scriptKey = scriptKeyOf(definitionId)
  const name = scriptKey === undefined ? definitionId : scripts?.get(scriptKey)?.name
  return (
    <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
      {`${kindNames[kind]} `}
      {name === undefined ? (
        `${scriptKey}${scripts === undefined ? '' : ', not shared with you'}`
      ) : (
        <Link component={RouterLink} to={paths[kind].definition(definitionId)}>
          {name}
        </Link>
      )}
    </Typography>
  )
}

const kindNames = { dag: 'DAG', process: 'Process', script: 'Script' } as const satisfies Readonly<
  Record<Schedule['kind'], string>
>

function ScheduleCard({ named, ...props }: CardProps & { readonly named: boolean }): ReactNode {
  const { schedule } = props
  return (
    <Paper
      component="li"
      variant="outlined"
      aria-label={schedule.name}
      // Beside each other where the list is wide enough, whatever the window is.
      sx={{ p: 2, display: 'flex', flexWrap: 'wrap', gap: 2 }}
    >
      <Box sx={{ flex: '999 1 320px', minWidth: 0 }}>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}>
          <Typography variant="h2" component="h3">
            {schedule.name}
          </Typography>
          {schedule.paused && <StateChip state="paused" />}
          {schedule.origin === 'definition' && <Chip size="small" label="of the DAG" />}
          {schedule.variant !== undefined && <Chip size="small" label={`variant ${schedule.variant}`} />}
        </Box>
        {named && <Definition {...props} />}
        <Typography variant="body2" sx={{ color: 'text.secondary', mt: 0.5, overflowWrap: 'anywhere' }}>
          {timingWords(schedule.timing)}
        </Typography>
        <LastRun schedule={schedule} />
        <Actions {...props} />
      </Box>
      <NextTimes schedule={schedule} />
    </Paper>
  )
}

/** Where what it runs is shown, and where its runs are. */
const paths = {
  dag: { definition: dagPath, runs: '/dag-runs' },
  process: { definition: (id: string) => `/processes/${encodeURIComponent(id)}`, runs: '/runs' },
  script: { definition: (id: string) => `/scripts/${scriptKeyOf(id)}`, runs: '/executions' },
} as const satisfies Readonly<
  Record<Schedule['kind'], { readonly definition: (id: string) => string; readonly runs: string }>
>

function LastRun({ schedule }: { readonly schedule: Schedule }): ReactNode {
  const { lastRunAt, lastRunKey, lastFailure, kind } = schedule
  return (
    <>
      {lastRunAt !== undefined && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          Last run <RelativeTime at={lastRunAt} />
          {lastRunKey !== undefined && (
            <>
              {': '}
              <Link component={RouterLink} to={`${paths[kind].runs}/${lastRunKey}`}>
                {lastRunKey}
              </Link>
            </>
          )}
        </Typography>
      )}
      {lastFailure !== undefined && (
        <Alert severity="error" sx={{ mt: 1 }}>
          {exactText(Date.parse(lastFailure.scheduledFor))} could not be run: {lastFailure.message}
        </Alert>
      )}
    </>
  )
}

function NextTimes({ schedule }: { readonly schedule: Schedule }): ReactNode {
  const { nextTimes, paused } = schedule
  return (
    <Box sx={{ flex: '1 1 280px', maxWidth: 420, minWidth: 0 }}>
      <Typography variant="caption" sx={{ color: 'text.secondary', fontWeight: 600 }}>
        Next times
      </Typography>
      {nextTimes.length === 0 ? (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {paused ? 'None while it is paused' : 'None any more'}
        </Typography>
      ) : (
        <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {nextTimes.map((time, index) => (
            <Typography
              key={time}
              component="li"
              variant="body2"
              sx={{ display: 'flex', justifyContent: 'space-between', gap: 2 }}
            >
              <span>{exactText(Date.parse(time))}</span>
              {index === 0 && (
                <Box component="span" sx={{ color: 'text.secondary' }}>
                  <RelativeTime at={time} />
                </Box>
              )}
            </Typography>
          ))}
        </Box>
      )}
    </Box>
  )
}

function Actions({ schedule, scripts }: CardProps): ReactNode {
  const [open, setOpen] = useState<'edit' | 'backfill' | 'delete'>()
  const close = (): void => setOpen(undefined)
  const own = schedule.origin === 'user'
  const session = useQuery(sessionQuery).data
  if (session == null || !may(session, 'schedule:update')) return null
  // What runs as somebody else's is stopped by anybody who may change schedules, and decided by them alone.
  const scriptKey = scriptKeyOf(schedule.definitionId)
  const script = scriptKey === undefined ? undefined : scripts?.get(scriptKey)
  const decides =
    scriptKey === undefined || (script !== undefined && (script.own || session.grants.includes('*')))
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mt: 1.5 }}>
      {(decides || !schedule.paused) && <PauseButton schedule={schedule} />}
      {decides && (
        <Button size="small" variant="outlined" onClick={() => setOpen('backfill')}>
          Backfill
        </Button>
      )}
      {own && decides && (
        <Button size="small" variant="outlined" onClick={() => setOpen('edit')}>
          Edit
        </Button>
      )}
      {own && (
        <Button size="small" color="error" onClick={() => setOpen('delete')}>
          Delete
        </Button>
      )}
      {open === 'edit' && <ScheduleDialog schedule={schedule} onClose={close} />}
      {open === 'backfill' && <BackfillDialog schedule={schedule} onClose={close} />}
      <DeleteDialog schedule={schedule} open={open === 'delete'} onClose={close} />
    </Box>
  )
}

/** Nothing is lost by it, so nobody is asked twice. */
function PauseButton({ schedule }: { readonly schedule: Schedule }): ReactNode {
  const queryClient = useQueryClient()
  const onError = useFailureNotice()
  const { scheduleKey, paused } = schedule
  const toggle = useMutation({
    mutationFn: () => api.updateSchedule({ params: { scheduleKey }, body: { paused: !paused } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['schedules'] }),
    onError,
  })
  return (
    <Button
      size="small"
      variant="outlined"
      startIcon={paused ? <PlayIcon /> : <PauseIcon />}
      disabled={toggle.isPending}
      onClick={() => toggle.mutate()}
    >
      {paused ? 'Resume' : 'Pause'}
    </Button>
  )
}

function DeleteDialog(props: {
  readonly schedule: Schedule
  readonly open: boolean
  readonly onClose: () => void
}): ReactNode {
  const queryClient = useQueryClient()
  const { scheduleKey, name } = props.schedule
  const remove = useMutation({
    mutationFn: () => api.deleteSchedule({ params: { scheduleKey } }),
    onSuccess: () => {
      props.onClose()
      return queryClient.invalidateQueries({ queryKey: ['schedules'] })
    },
  })
  return (
    <ConfirmDialog
      open={props.open}
      title={`Delete the schedule ${name}?`}
      confirm="Delete the schedule"
      keep="Keep it"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={props.onClose}
    >
      Nothing starts by it any more. Runs that it started go on.
    </ConfirmDialog>
  )
}
