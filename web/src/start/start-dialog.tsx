import type { ProcessDefinition } from '@braid/contract/process-definition.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import MenuItem from '@mui/material/MenuItem'
import Skeleton from '@mui/material/Skeleton'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useMemo, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { api, describeFailure } from '../api/client.ts'
import { definitionXmlQuery, startFormQuery } from '../api/queries.ts'
import { Form, type FormHandle } from '../form/form.tsx'
import { JsonEditor } from '../frame/json-editor.tsx'
import { parseObject } from '../frame/json-text.ts'
import { type StartEvent, startEventsOf } from './start-events.ts'

type StartDialogProps = {
  readonly definition: ProcessDefinition
  /** Fills the editor, for a first try. */
  readonly example?: JsonObject
  readonly onClose: () => void
}

const noValues: JsonObject = {}

/** Starts a run at one of its start events, with variables from the start form or from JSON, and goes to it. */
export function StartDialog({ definition, example, onClose }: StartDialogProps): ReactNode {
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const form = useQuery({
    ...startFormQuery(definition.processDefinitionKey),
    enabled: definition.hasStartForm,
  })
  const xml = useQuery(definitionXmlQuery(definition.processDefinitionKey))
  const starts = useMemo(
    () => (xml.data === undefined ? [] : startEventsOf(xml.data, definition.processDefinitionId)),
    [xml.data, definition.processDefinitionId],
  )
  const [chosenStart, setChosenStart] = useState<string>()
  const startElement = chosenStart ?? starts[0]?.id
  const handle = useRef<FormHandle>(null)
  const [isFormReady, setFormReady] = useState(false)
  const [text, setText] = useState(() => JSON.stringify(example ?? {}, null, 2))
  const [businessId, setBusinessId] = useState('')
  const parsed = parseObject(text)
  const start = useMutation({
    mutationFn: (variables: JsonObject) =>
      api.createProcessInstance({
        body: {
          processDefinitionKey: definition.processDefinitionKey,
          variables,
          ...(startElement === undefined ? {} : { startInstructions: [{ elementId: startElement }] }),
          ...(businessId.trim() === '' ? {} : { businessId: businessId.trim() }),
        },
      }),
    onSuccess: ({ processInstanceKey }) => {
      void queryClient.invalidateQueries({ queryKey: ['process-instances'] })
      onClose()
      navigate(`/runs/${processInstanceKey}`)
    },
  })

  const startOnce = (variables: JsonObject): void => {
    if (!start.isPending) start.mutate(variables)
  }
  const submit = (): void => {
    const variables = form.data ? handle.current?.submit() : parsed.ok ? parsed.value : undefined
    if (variables !== undefined) startOnce(variables)
  }
  const loading = xml.isPending || (definition.hasStartForm && form.isPending)
  const name = definition.name ?? definition.processDefinitionId

  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="start-title">
      <DialogTitle id="start-title">
        Start {name}, version {definition.version}
      </DialogTitle>
      <DialogContent
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
        }}
      >
        <Stack spacing={2} sx={{ pt: 1 }}>
          {start.isError && <Alert severity="error">{describeFailure(start.error)}</Alert>}
          <StartChooser starts={starts} chosen={startElement} onChoose={setChosenStart} />
          {loading ? (
            <Skeleton variant="rounded" height={160} />
          ) : form.data ? (
            <Form
              ref={handle}
              schema={form.data.schema}
              data={example ?? noValues}
              onSubmit={startOnce}
              onReady={() => setFormReady(true)}
            />
          ) : (
            <JsonEditor label="Variables" text={text} onChange={setText} autoFocus />
          )}
          <TextField
            label="Business id"
            value={businessId}
            onChange={(event) => setBusinessId(event.target.value)}
            helperText="Optional: your own id of what this run is about, such as an order number"
          />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="contained"
          onClick={submit}
          loading={start.isPending}
          disabled={loading || (form.data ? !isFormReady : !parsed.ok)}
        >
          Start
        </Button>
      </DialogActions>
    </Dialog>
  )
}

/** Only where there is something to choose or to know. */
function StartChooser(props: {
  readonly starts: readonly StartEvent[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}): ReactNode {
  const { starts, chosen } = props
  const isPlain = starts.length <= 1 && starts[0]?.trigger === undefined
  if (chosen === undefined || isPlain) return null
  return (
    <TextField
      select
      label="Start event"
      value={chosen}
      onChange={(event) => props.onChoose(event.target.value)}
    >
      {starts.map(({ id, name, trigger }) => (
        <MenuItem key={id} value={id}>
          {name}
          {trigger !== undefined && ` · ${trigger}, now by hand`}
        </MenuItem>
      ))}
    </TextField>
  )
}
