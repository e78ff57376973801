import type { Schedule } from '@braid/contract/schedule.ts'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, describeFailure } from '../api/client.ts'
import { useNotices } from '../frame/notices.tsx'
import { Refusal } from '../frame/refusal.tsx'
import { exactText } from '../frame/time-text.ts'

const dayMs = 86_400_000
/** Times listed before "and … more". */
const listed = 12

const localText = (at: number): string =>
  new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)

function useBackfill(
  scheduleKey: string,
  span: { readonly from: number; readonly to: number },
  onStarted: () => void,
) {
  const queryClient = useQueryClient()
  const notify = useNotices()
  const backfill = (dryRun: boolean) =>
    api.backfillSchedule({
      params: { scheduleKey },
      body: { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString(), dryRun },
    })
  const preview = useMutation({ mutationFn: () => backfill(true) })
  const start = useMutation({
    mutationFn: () => backfill(false),
    onSuccess: ({ started }) => {
      notify({ severity: 'success', text: started === 1 ? '1 run started' : `${started} runs started` })
      void queryClient.invalidateQueries({ queryKey: ['dag-runs'] })
      void queryClient.invalidateQueries({ queryKey: ['process-instances'] })
      void queryClient.invalidateQueries({ queryKey: ['executions'] })
      onStarted()
    },
  })
  return { preview, start }
}

/** Starts the runs of a span in the past; shows first which. */
export function BackfillDialog(props: {
  readonly schedule: Schedule
  readonly onClose: () => void
}): ReactNode {
  const { schedule, onClose } = props
  const [opened] = useState(() => Date.now())
  const [from, setFrom] = useState(() => localText(opened - dayMs))
  const [to, setTo] = useState(() => localText(opened))
  const span = { from: Date.parse(from), to: Date.parse(to) }
  const wrong = !(span.from < span.to)
  const { preview, start } = useBackfill(schedule.scheduleKey, span, onClose)
  const change = (set: (text: string) => void, text: string): void => {
    set(text)
    preview.reset()
  }
  const error = start.error ?? preview.error
  const times = preview.data?.times
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="backfill-title">
      <DialogTitle id="backfill-title">Backfill {schedule.name}</DialogTitle>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          {error !== null && <Refusal>{describeFailure(error)}</Refusal>}
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            Starts a run for each time that the schedule means in this span and that had none yet.
          </Typography>
          <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { sm: '1fr 1fr' } }}>
            <TextField
              type="datetime-local"
              label="From"
              value={from}
              onChange={(event) => change(setFrom, event.target.value)}
              {...shrink}
            />
            <TextField
              type="datetime-local"
              label="To"
              value={to}
              onChange={(event) => change(setTo, event.target.value)}
              error={wrong}
              helperText={wrong ? 'Expected a time after the first' : ''}
              {...shrink}
            />
          </Box>
          {times !== undefined && <Times times={times} />}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button
          variant="outlined"
          disabled={wrong}
          loading={preview.isPending}
          onClick={() => preview.mutate()}
        >
          Show the times
        </Button>
        <Button
          variant="contained"
          disabled={wrong || times === undefined || times.length === 0}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          {times === undefined || times.length === 0
            ? 'Start the runs'
            : times.length === 1
              ? 'Start 1 run'
              : `Start ${times.length} runs`}
        </Button>
      </DialogActions>
    </Dialog>
  )
}

const shrink = { slotProps: { inputLabel: { shrink: true } } } as const

function Times({ times }: { readonly times: readonly string[] }): ReactNode {
  if (times.length === 0)
    return <Alert severity="info">No time in this span is left: all had a run, or there is none.</Alert>
  return (
    <Box>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>
        {times.length === 1 ? '1 run would start' : `${times.length} runs would start`}
      </Typography>
      <Box component="ol" aria-label="Times without a run" sx={{ m: 0, pl: 2.5 }}>
        {times.slice(0, listed).map((time) => (
          <Typography key={time} component="li" variant="body2">
            {exactText(Date.parse(time))}
          </Typography>
        ))}
      </Box>
      {times.length > listed && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          and {times.length - listed} more, the last one {exactText(Date.parse(times.at(-1) ?? ''))}
        </Typography>
      )}
    </Box>
  )
}
