import type { Schedule } from '@braid/contract/schedule.ts'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, describeFailure } from '../api/client.ts'
import { latestDagQuery } from '../dag/dag-queries.ts'
import { JsonEditor } from '../frame/json-editor.tsx'
import { parseObject } from '../frame/json-text.ts'
import { Refusal } from '../frame/refusal.tsx'
import { DefinitionChooser } from './definition-chooser.tsx'
import { scriptKeyOf } from './script-definition.ts'
import { type TimingEntry, TimingFields, timingEntryOf, timingOf } from './timing-fields.tsx'

type ScheduleDialogProps = {
  /** To change; absent for a new one. */
  readonly schedule?: Schedule
  /** What a new one starts, where that is settled. */
  readonly definitionId?: string
  readonly onClose: () => void
}

/** Makes a schedule, or changes it. */
export function ScheduleDialog({ schedule, definitionId, onClose }: ScheduleDialogProps): ReactNode {
  const [name, setName] = useState(schedule?.name ?? '')
  const [definition, setDefinition] = useState(schedule?.definitionId ?? definitionId ?? '')
  const [timing, setTiming] = useState<TimingEntry>(() => timingEntryOf(schedule?.timing))
  const [variant, setVariant] = useState(schedule?.variant ?? '')
  const [input, setInput] = useState(() => JSON.stringify(schedule?.input ?? {}, null, 2))
  const save = useSave(schedule, onClose)
  const parsedInput = parseObject(input)
  const read = timingOf(timing)
  const complete = name.trim() !== '' && definition !== '' && read.ok && parsedInput.ok
  const submit = (): void => {
    if (!read.ok || !parsedInput.ok || !complete) return
    const hasInput = Object.keys(parsedInput.value).length > 0
    save.mutate({
      name: name.trim(),
      definitionId: definition,
      timing: read.value,
      input: hasInput ? parsedInput.value : undefined,
      variant: variant === '' ? undefined : variant,
    })
  }
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="schedule-title">
      <DialogTitle id="schedule-title">
        {schedule === undefined ? 'New schedule' : `Edit ${schedule.name}`}
      </DialogTitle>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          {save.isError && <Refusal>{describeFailure(save.error)}</Refusal>}
          <TextField
            required
            label="Name"
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoFocus
          />
          {schedule === undefined && definitionId === undefined && (
            <DefinitionChooser value={definition} onChange={setDefinition} />
          )}
          <TimingFields entry={timing} onChange={setTiming} />
          <VariantField definition={definition} value={variant} onChange={setVariant} />
          <JsonEditor label="Input" text={input} onChange={setInput} minRows={3} />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button variant="contained" disabled={!complete} loading={save.isPending} onClick={submit}>
          {schedule === undefined ? 'Create the schedule' : 'Save'}
        </Button>
      </DialogActions>
    </Dialog>
  )
}

type Content = {
  readonly name: string
  readonly definitionId: string
  readonly timing: Schedule['timing']
  readonly input: Schedule['input'] | undefined
  readonly variant: string | undefined
}

function useSave(schedule: Schedule | undefined, onClose: () => void) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ name, definitionId, timing, input, variant }: Content) =>
      schedule === undefined
        ? api.createSchedule({
            body: {
              name,
              definitionId,
              timing,
              ...(input === undefined ? {} : { input }),
              ...(variant === undefined ? {} : { variant }),
            },
          })
        : api.updateSchedule({
            params: { scheduleKey: schedule.scheduleKey },
            body: { name, timing, input: input ?? null, variant: variant ?? null },
          }),
    onSuccess: () => {
      onClose()
      return queryClient.invalidateQueries({ queryKey: ['schedules'] })
    },
  })
}

/** Only where the DAG has variants. */
function VariantField(props: {
  readonly definition: string
  readonly value: string
  readonly onChange: (variant: string) => void
}): ReactNode {
  const mayBeDag = props.definition !== '' && scriptKeyOf(props.definition) === undefined
  const dag = useQuery({ ...latestDagQuery(props.definition), enabled: mayBeDag })
  const names = Object.keys(dag.data?.variants ?? {})
  if (names.length === 0 && props.value === '') return null
  return (
    <TextField
      select
      label="Variant"
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
      slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
    >
      <option value="">None</option>
      {[...new Set([...names, ...(props.value === '' ? [] : [props.value])])].map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </TextField>
  )
}
