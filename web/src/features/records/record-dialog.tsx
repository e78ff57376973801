import type { ApplicationRecord } from '@braid/contract/application-api.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { api } from '../../api/client.ts'
import { type Model, recordPath } from '../../application/application-queries.ts'
import { useNotices } from '../../frame/notices.tsx'
import { ObjectEditor, useObjectEntry } from '../../json-form/json-form.tsx'
import type { ModelRef } from './record-queries.ts'

/** Makes a record, or changes one: its form comes from the schema of the model. */
export function RecordDialog(props: {
  readonly modelRef: ModelRef
  readonly model: Model
  /** To change; absent for a new one. */
  readonly record?: ApplicationRecord
  readonly onClose: () => void
}): ReactNode {
  const { modelRef, model, record, onClose } = props
  const { application, model: name } = modelRef
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const notify = useNotices()
  const save = useMutation({
    mutationFn: (data: JsonObject) =>
      record === undefined
        ? api.createRecord({ params: { application, model: name }, body: { data } })
        : api.updateRecord({
            params: { application, model: name, recordId: record.id },
            body: { data, version: record.version },
          }),
    onSuccess: async (saved) => {
      queryClient.setQueryData(['record', application, name, saved.id], saved)
      void queryClient.invalidateQueries({ queryKey: ['records', application, name] })
      notify({ severity: 'success', text: record === undefined ? 'Record made' : 'Record saved' })
      onClose()
      if (record === undefined) await navigate(recordPath(application, name, saved.id))
    },
  })
  const entry = useObjectEntry({
    schema: model.schema,
    initial: record?.data,
    refusal: save.error,
    prefix: 'body.data',
  })
  const submit = (): void => {
    const data = entry.read()
    if (data !== undefined) save.mutate(data)
  }
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="record-title">
      <DialogTitle id="record-title">
        {record === undefined ? `New record of ${model.title}` : `Edit ${record.label}`}
      </DialogTitle>
      <DialogContent
        sx={{ '&&': { pt: 1 } }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
        }}
      >
        <ObjectEditor entry={entry} label="Record" />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button variant="contained" loading={save.isPending} onClick={submit}>
          {record === undefined ? 'Create' : 'Save'}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
