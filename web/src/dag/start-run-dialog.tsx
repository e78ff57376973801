import type { DagDetail } from '@braid/contract/dag.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import MenuItem from '@mui/material/MenuItem'
import Skeleton from '@mui/material/Skeleton'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useNavigate } from 'react-router'
import { api } from '../api/client.ts'
import { Failure } from '../frame/list-states.tsx'
import { ObjectEditor, useObjectEntry } from '../json-form/json-form.tsx'
import { dagQuery, latestDagQuery } from './dag-queries.ts'

type StartRunDialogProps = {
  /** A version by its key, or the latest by the id of the DAG. */
  readonly dag: { readonly dagKey: string } | { readonly dagId: string }
  readonly title: string
  readonly initial?: JsonObject
  readonly onClose: () => void
}

/** Starts a run of a DAG with input from a form that its schema makes, and goes to it. */
export function StartRunDialog({ dag, title, initial, onClose }: StartRunDialogProps): ReactNode {
  const byKey = useQuery({ ...dagQuery('dagKey' in dag ? dag.dagKey : ''), enabled: 'dagKey' in dag })
  const byId = useQuery({ ...latestDagQuery('dagId' in dag ? dag.dagId : ''), enabled: 'dagId' in dag })
  const detail = 'dagKey' in dag ? byKey : byId
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="start-run-title">
      <DialogTitle id="start-run-title">Run {title}</DialogTitle>
      {detail.data !== undefined ? (
        <RunForm dag={detail.data} initial={initial} onClose={onClose} />
      ) : (
        <DialogContent>
          {detail.isError ? (
            <Failure error={detail.error} onRetry={detail.refetch} />
          ) : (
            <Skeleton variant="rounded" height={180} />
          )}
        </DialogContent>
      )}
    </Dialog>
  )
}

function useStart(dagKey: string, onClose: () => void) {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (options: {
      readonly input: JsonObject
      readonly variant?: string
      readonly priority?: number
    }) => api.startDagRun({ body: { dagKey, ...options } }),
    onSuccess: ({ dagRunKey }) => {
      void queryClient.invalidateQueries({ queryKey: ['dag-runs'] })
      onClose()
      navigate(`/dag-runs/${dagRunKey}`)
    },
  })
}

const noVariant = ''

function RunForm(props: {
  readonly dag: DagDetail
  readonly initial: JsonObject | undefined
  readonly onClose: () => void
}): ReactNode {
  const { dag, initial, onClose } = props
  const start = useStart(dag.dagKey, onClose)
  const entry = useObjectEntry({
    schema: dag.inputSchema,
    initial,
    refusal: start.error,
    prefix: 'body.input',
  })
  const [variant, setVariant] = useState(noVariant)
  const [priority, setPriority] = useState('0')
  const priorityWrong = !/^-?\d{1,3}$|^-?1000$/.test(priority.trim())
  const submit = (): void => {
    const input = entry.read()
    if (input === undefined || priorityWrong) return
    start.mutate({
      input,
      ...(variant === noVariant ? {} : { variant }),
      ...(Number(priority) === 0 ? {} : { priority: Number(priority) }),
    })
  }
  return (
    <>
      <DialogContent
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
        }}
      >
        <Stack spacing={2} sx={{ pt: 1 }}>
          {dag.description !== undefined && (
            <Typography variant="body2" sx={{ color: 'text.secondary' }}>
              {dag.description}
            </Typography>
          )}
          <VariantChooser
            variants={dag.variants}
            chosen={variant}
            onChoose={(name) => {
              setVariant(name)
              entry.fill({ ...initial, ...dag.variants[name] })
            }}
          />
          <ObjectEditor entry={entry} label="Input" />
          <TextField
            label="Priority"
            value={priority}
            onChange={(event) => setPriority(event.target.value)}
            error={priorityWrong}
            helperText={
              priorityWrong
                ? 'Expected a whole number from -1000 to 1000'
                : 'Tasks of runs with a higher one come first'
            }
            slotProps={{ htmlInput: { inputMode: 'numeric' } }}
          />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button variant="contained" onClick={submit} loading={start.isPending} disabled={priorityWrong}>
          Start the run
        </Button>
      </DialogActions>
    </>
  )
}

/** A variant fills the form; what is changed then wins. */
function VariantChooser(props: {
  readonly variants: DagDetail['variants']
  readonly chosen: string
  readonly onChoose: (name: string) => void
}): ReactNode {
  const names = Object.keys(props.variants)
  if (names.length === 0) return null
  return (
    <TextField
      select
      label="Variant"
      value={props.chosen}
      onChange={(event) => props.onChoose(event.target.value)}
      helperText="Fills the input; what you change then wins"
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value={noVariant}>None</MenuItem>
      {names.map((name) => (
        <MenuItem key={name} value={name}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  )
}
