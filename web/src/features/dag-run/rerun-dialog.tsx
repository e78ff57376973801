import type { DagTask } from '@braid/contract/dag-run.ts'
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
import { api } from '../../api/client.ts'
import { Failure } from '../../frame/list-states.tsx'
import { ObjectEditor, useObjectEntry } from '../../json-form/json-form.tsx'
import type { PanelProps } from './panel.ts'

type RerunDialogProps = Pick<PanelProps, 'run' | 'dag'> & {
  /** Where to begin, unless somebody chooses otherwise; absent: at the beginning. */
  readonly from?: DagTask
  readonly onClose: () => void
}

const beginning = ''

/** Repeats a run from a node on, with its input as it was or edited. */
export function RerunDialog({ run, dag, from, onClose }: RerunDialogProps): ReactNode {
  const [nodeId, setNodeId] = useState(from?.nodeId ?? beginning)
  const ran = new Set(run.nodes.filter(({ state }) => state !== 'waiting').map((node) => node.nodeId))
  // Parts run per item: a run begins at the node around them.
  const choices = dag.graph.nodes.filter(({ id, parent }) => parent === undefined && ran.has(id))
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="rerun-title">
      <DialogTitle id="rerun-title">Re-run {run.dagTitle}</DialogTitle>
      <DialogContent sx={{ pb: 0, flexShrink: 0, overflow: 'visible' }}>
        <Stack spacing={2} sx={{ pt: 1 }}>
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            A new run takes over what the nodes before gave, and begins here.
          </Typography>
          <TextField
            select
            label="From"
            value={nodeId}
            onChange={(event) => setNodeId(event.target.value)}
            slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
          >
            <MenuItem value={beginning}>The beginning</MenuItem>
            {choices.map(({ id, title }) => (
              <MenuItem key={id} value={id}>
                {title}
              </MenuItem>
            ))}
          </TextField>
        </Stack>
      </DialogContent>
      {nodeId === beginning ? (
        <InputForm key={beginning} run={run} schema={dag.inputSchema} input={run.input} onClose={onClose} />
      ) : (
        <NodeInput key={nodeId} run={run} nodeId={nodeId} onClose={onClose} />
      )}
    </Dialog>
  )
}

/** The input that the node had, which its task knows. */
function NodeInput(props: {
  readonly run: PanelProps['run']
  readonly nodeId: string
  readonly onClose: () => void
}): ReactNode {
  const { run, nodeId } = props
  const { dagRunKey } = run
  const input = useQuery({
    queryKey: ['dag-run', dagRunKey, 'node-input', nodeId],
    queryFn: async ({ signal }) => {
      const { items } = await api.searchDagTasks({
        params: { dagRunKey },
        body: { filter: { nodeId }, page: { limit: 1 } },
        signal,
      })
      const [task] = items
      if (task === undefined) return null
      const detail = await api.getDagTask({ params: { dagRunKey, taskKey: task.taskKey }, signal })
      return detail.input ?? null
    },
  })
  if (input.isError)
    return (
      <DialogContent>
        <Failure error={input.error} onRetry={input.refetch} />
      </DialogContent>
    )
  if (input.isPending)
    return (
      <DialogContent>
        <Skeleton variant="rounded" height={140} />
      </DialogContent>
    )
  const isObject = typeof input.data === 'object' && input.data !== null && !Array.isArray(input.data)
  return <InputForm {...props} input={isObject ? (input.data as JsonObject) : undefined} />
}

function InputForm(props: {
  readonly run: PanelProps['run']
  readonly nodeId?: string
  readonly schema?: JsonObject | undefined
  /** Undefined where the node takes none that could be edited. */
  readonly input: JsonObject | undefined
  readonly onClose: () => void
}): ReactNode {
  const { run, nodeId, schema, input, onClose } = props
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const rerun = useMutation({
    mutationFn: (edited: JsonObject | undefined) =>
      api.rerunDag({
        params: { dagRunKey: run.dagRunKey },
        body: {
          ...(nodeId === undefined ? {} : { from: nodeId }),
          ...(edited === undefined ? {} : { input: edited }),
        },
      }),
    onSuccess: ({ dagRunKey }) => {
      void queryClient.invalidateQueries({ queryKey: ['dag-runs'] })
      onClose()
      navigate(`/dag-runs/${dagRunKey}`)
    },
  })
  const entry = useObjectEntry({ schema, initial: input, refusal: rerun.error, prefix: 'body.input' })
  const submit = (): void => {
    const edited = input === undefined ? undefined : entry.read()
    if (input !== undefined && edited === undefined) return
    // Unchanged, the run takes over what there was.
    rerun.mutate(JSON.stringify(edited) === JSON.stringify(input) ? undefined : edited)
  }
  return (
    <>
      <DialogContent>
        {input === undefined ? (
          <>
            <Typography variant="body2" sx={{ color: 'text.secondary' }}>
              This node takes no input that could be edited.
            </Typography>
            {rerun.isError && <Failure error={rerun.error} />}
          </>
        ) : (
          <ObjectEditor entry={entry} label="Input" />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button variant="contained" loading={rerun.isPending} onClick={submit}>
          Start the re-run
        </Button>
      </DialogActions>
    </>
  )
}
