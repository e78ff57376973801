import type { Variable } from '@braid/contract/variable.ts'
import type { JsonValue } from '@braid/core/base/json.ts'
import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Skeleton from '@mui/material/Skeleton'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, describeFailure } from '../../api/client.ts'
import { parseValue, prettyJson } from '../../frame/json-text.ts'
import { monospace } from '../../theme/theme.ts'

type VariableDialogProps = {
  readonly instanceKey: string
  readonly scopeKey: string
  readonly scopeTitle: string
  /** Absent: a new one. */
  readonly variable: Variable | undefined
  readonly onClose: () => void
}

/** Changes or adds one variable. A list shows long values cut, so the whole value is read first. */
export function VariableDialog(props: VariableDialogProps): ReactNode {
  const { variable } = props
  const whole = useQuery({
    queryKey: ['process-instance', props.instanceKey, 'variable', variable?.variableKey],
    queryFn: ({ signal }) =>
      api.getVariable({ params: { variableKey: variable?.variableKey ?? '' }, signal }),
    enabled: variable?.isTruncated === true,
    gcTime: 0,
  })
  const value = variable?.isTruncated === true ? whole.data?.value : (variable?.value ?? '""')
  return (
    <Dialog open onClose={props.onClose} fullWidth maxWidth="sm" aria-labelledby="variable-title">
      <DialogTitle id="variable-title">
        {variable === undefined
          ? `New variable of ${props.scopeTitle}`
          : `${variable.name} of ${props.scopeTitle}`}
      </DialogTitle>
      {whole.isError && <Alert severity="error">{describeFailure(whole.error)}</Alert>}
      {value === undefined ? <Skeleton height={160} sx={{ mx: 3 }} /> : <Editor {...props} value={value} />}
    </Dialog>
  )
}

function Editor(props: VariableDialogProps & { readonly value: string }): ReactNode {
  const { variable, scopeKey, instanceKey, onClose } = props
  const queryClient = useQueryClient()
  const [name, setName] = useState(variable?.name ?? '')
  const [text, setText] = useState(() => prettyJson(props.value))
  const parsed = parseValue(text)
  const save = useMutation({
    mutationFn: (value: JsonValue) =>
      api.setVariables({
        params: { elementInstanceKey: scopeKey },
        body: { variables: { [name.trim()]: value }, local: true },
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['process-instance', instanceKey] })
      onClose()
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (parsed !== undefined) save.mutate(parsed.value as JsonValue)
      }}
    >
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          {save.isError && <Alert severity="error">{describeFailure(save.error)}</Alert>}
          {variable === undefined && (
            <TextField
              label="Name"
              value={name}
              required
              autoFocus
              onChange={(event) => setName(event.target.value)}
            />
          )}
          <TextField
            label="Value"
            value={text}
            onChange={(event) => setText(event.target.value)}
            multiline
            minRows={4}
            maxRows={18}
            autoFocus={variable !== undefined}
            error={parsed === undefined}
            helperText={
              parsed === undefined
                ? 'Not JSON: text needs quotes, such as "open"'
                : 'JSON: "text", 42, true, [1, 2], {"a": 1}'
            }
            slotProps={{
              input: { sx: { fontFamily: monospace, fontSize: '0.8125rem' } },
              htmlInput: { spellCheck: false },
            }}
          />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          variant="contained"
          disabled={parsed === undefined || name.trim() === ''}
          loading={save.isPending}
        >
          Save
        </Button>
      </DialogActions>
    </form>
  )
}
