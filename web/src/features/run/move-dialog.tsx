import type { ProcessInstance } from '@braid/contract/process-instance.ts'
import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControl from '@mui/material/FormControl'
import FormControlLabel from '@mui/material/FormControlLabel'
import FormGroup from '@mui/material/FormGroup'
import FormLabel from '@mui/material/FormLabel'
import MenuItem from '@mui/material/MenuItem'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import Typography from '@mui/material/Typography'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, describeFailure } from '../../api/client.ts'
import { JsonEditor } from '../../frame/json-editor.tsx'
import { parseObject } from '../../frame/json-text.ts'
import { Refusal } from '../../frame/refusal.tsx'
import { type ElementNames, runName } from '../../history/element-names.ts'
import type { InstanceView } from '../../live/instance-view.ts'
import { endsAll, livingRuns, type MoveKind, modificationOf } from './modification.ts'

/** More living element instances than this are not listed one by one. */
const mostListed = 50

const kinds: readonly { readonly kind: MoveKind; readonly label: string; readonly means: string }[] = [
  { kind: 'move', label: 'Move', means: 'The chosen tokens go on at another element.' },
  { kind: 'begin', label: 'Begin', means: 'An element begins besides what runs.' },
  { kind: 'end', label: 'End', means: 'The chosen tokens are taken away, with everything inside.' },
]

type MoveDialogProps = {
  readonly instance: ProcessInstance
  readonly view: InstanceView
  readonly names: ElementNames
  readonly onClose: () => void
}

/** Changes by hand where the tokens of a run are. */
export function MoveDialog({ instance, view, names, onClose }: MoveDialogProps): ReactNode {
  const [kind, setKind] = useState<MoveKind>('move')
  const living = livingRuns(view)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(living.length === 1 ? living.map(({ key }) => key) : []),
  )
  const [target, setTarget] = useState('')
  const [text, setText] = useState('{}')
  const [local, setLocal] = useState(false)
  const parsed = parseObject(text)
  const alive = living.filter(({ key }) => chosen.has(key)).map(({ key }) => key)
  const apply = useApply(instance.processInstanceKey, onClose)
  const complete = (kind === 'begin' || alive.length > 0) && (kind === 'end' || target !== '')
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="move-title">
      <DialogTitle id="move-title">Move tokens</DialogTitle>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          {apply.isError && <Refusal>{describeFailure(apply.error)}</Refusal>}
          <KindChooser kind={kind} onChange={setKind} />
          {kind !== 'begin' && <LivingRuns view={view} names={names} chosen={chosen} onChange={setChosen} />}
          {kind === 'end' && endsAll(view, alive) && (
            <Alert severity="warning">No token would be left: the run ends, terminated.</Alert>
          )}
          {kind !== 'end' && (
            <>
              <TextField
                select
                label={kind === 'move' ? 'To' : 'Element'}
                value={target}
                onChange={(event) => setTarget(event.target.value)}
              >
                {[...names].map(([id, { name, kind: type }]) => (
                  <MenuItem key={id} value={id}>
                    {name} · {type}
                  </MenuItem>
                ))}
              </TextField>
              <JsonEditor label="Variables" text={text} onChange={setText} minRows={3} />
              <FormControlLabel
                control={<Checkbox size="small" checked={local} onChange={() => setLocal(!local)} />}
                label={
                  <Typography variant="body2">Variables of that element only, not of the process</Typography>
                }
              />
            </>
          )}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="contained"
          color={kind === 'end' ? 'error' : 'primary'}
          disabled={!complete || !parsed.ok}
          loading={apply.isPending}
          onClick={() => {
            const variables = parsed.ok ? parsed.value : {}
            apply.mutate(modificationOf({ kind, sources: alive, target, variables, local }))
          }}
        >
          Apply
        </Button>
      </DialogActions>
    </Dialog>
  )
}

function useApply(processInstanceKey: string, onDone: () => void) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: ReturnType<typeof modificationOf>) =>
      api.modifyProcessInstance({ params: { processInstanceKey }, body }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['process-instance', processInstanceKey] })
      onDone()
    },
  })
}

function KindChooser(props: {
  readonly kind: MoveKind
  readonly onChange: (kind: MoveKind) => void
}): ReactNode {
  return (
    <div>
      <ToggleButtonGroup
        exclusive
        fullWidth
        size="small"
        color="primary"
        value={props.kind}
        aria-label="What to do"
        onChange={(_, next: MoveKind | null) => next !== null && props.onChange(next)}
      >
        {kinds.map(({ kind, label }) => (
          <ToggleButton key={kind} value={kind}>
            {label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Typography variant="caption" component="p" sx={{ color: 'text.secondary', mt: 0.75 }}>
        {kinds.find(({ kind }) => kind === props.kind)?.means}
      </Typography>
    </div>
  )
}

function LivingRuns(props: {
  readonly view: InstanceView
  readonly names: ElementNames
  readonly chosen: ReadonlySet<string>
  readonly onChange: (chosen: ReadonlySet<string>) => void
}): ReactNode {
  const { view, names, chosen } = props
  const living = livingRuns(view)
  const toggle = (key: string): void => {
    const next = new Set(chosen)
    if (!next.delete(key)) next.add(key)
    props.onChange(next)
  }
  return (
    <FormControl component="fieldset" sx={{ maxHeight: 240, overflow: 'auto' }}>
      <FormLabel component="legend" sx={{ fontSize: '0.8125rem' }}>
        Tokens
      </FormLabel>
      <FormGroup>
        {living.slice(0, mostListed).map(({ key }) => (
          <FormControlLabel
            key={key}
            control={<Checkbox size="small" checked={chosen.has(key)} onChange={() => toggle(key)} />}
            label={<Typography variant="body2">{runName(key, view, names)}</Typography>}
          />
        ))}
      </FormGroup>
      {living.length === 0 && <Typography variant="body2">Nothing is alive.</Typography>}
      {living.length > mostListed && (
        <Typography variant="caption" sx={{ color: 'text.secondary' }}>
          … and {(living.length - mostListed).toLocaleString()} more
        </Typography>
      )}
    </FormControl>
  )
}
