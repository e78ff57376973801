import type { ApplicationRecord } from '@braid/contract/application-api.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink, useNavigate, useParams } from 'react-router'
import { api } from '../../api/client.ts'
import { type Model, recordsPath } from '../../application/application-queries.ts'
import { isOffered, recordInput } from '../../application/record-input.ts'
import { latestDagQuery } from '../../dag/dag-queries.ts'
import { StartRunDialog } from '../../dag/start-run-dialog.tsx'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { EditIcon, PlayIcon } from '../../frame/icons.tsx'
import { Failure } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { type Field, titleOf } from '../../json-form/field.ts'
import { RecordDialog } from './record-dialog.tsx'
import { type ModelRef, recordQuery } from './record-queries.ts'
import { useModel } from './use-model.ts'
import { ValueText } from './value-text.tsx'

/** One record: its fields, what can be done with it. */
export function RecordPage(): ReactNode {
  const { recordId = '' } = useParams()
  const { ref, application, model, fields } = useModel()
  const record = useQuery(recordQuery(ref, recordId))
  if (application.isError) return <Failure error={application.error} onRetry={application.refetch} />
  if (record.isError) return <Failure error={record.error} onRetry={record.refetch} />
  if (record.isPending || application.isPending)
    return <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />
  if (model === undefined)
    return <Failure error={new Error(`${application.data.title} has no model “${ref.model}”.`)} />
  return <RecordView modelRef={ref} model={model} fields={fields} record={record.data} />
}

type RecordProps = {
  readonly modelRef: ModelRef
  readonly model: Model
  readonly record: ApplicationRecord
}

function RecordView(props: RecordProps & { readonly fields: ReadonlyMap<string, Field> }): ReactNode {
  const { modelRef, model, record, fields } = props
  const [open, setOpen] = useState<'edit' | 'delete'>()
  const names = [...new Set([...fields.keys(), ...Object.keys(record.data)])]
  return (
    <Page
      title={record.label}
      maxWidth={960}
      subtitle={
        <>
          <Link component={RouterLink} to={recordsPath(modelRef.application, modelRef.model)} color="inherit">
            {model.title}
          </Link>{' '}
          / {record.id} · changed <RelativeTime at={record.updatedAt} />
        </>
      }
      actions={
        <>
          <Actions {...props} />
          <Button variant="outlined" startIcon={<EditIcon />} onClick={() => setOpen('edit')}>
            Edit
          </Button>
          <Button color="error" onClick={() => setOpen('delete')}>
            Delete
          </Button>
        </>
      }
    >
      <Paper variant="outlined" component="dl" sx={{ m: 0 }}>
        {names.map((name) => (
          <Box
            key={name}
            sx={{
              display: 'grid',
              gap: { xs: 0.25, sm: 2 },
              gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: '200px minmax(0, 1fr)' },
              px: 2,
              py: 1.25,
              '& + &': { borderTop: 1, borderColor: 'divider' },
            }}
          >
            <Typography component="dt" variant="body2" sx={{ color: 'text.secondary' }}>
              {fields.get(name)?.title ?? titleOf(name)}
            </Typography>
            <Typography
              component="dd"
              variant="body2"
              sx={{ m: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
            >
              <ValueText field={fields.get(name)} value={record.data[name]} />
            </Typography>
          </Box>
        ))}
      </Paper>
      {open === 'edit' && (
        <RecordDialog modelRef={modelRef} model={model} record={record} onClose={() => setOpen(undefined)} />
      )}
      <DeleteDialog {...props} open={open === 'delete'} onClose={() => setOpen(undefined)} />
    </Page>
  )
}

type Action = Model['actions'][number]

/** Buttons that start DAGs for the record, as far as they are offered for it. */
function Actions({ model, record }: RecordProps): ReactNode {
  const [chosen, setChosen] = useState<Action>()
  return (
    <>
      {model.actions
        .filter(({ where }) => isOffered(record.data, where))
        .map((action) => (
          <Button
            key={action.name}
            variant="contained"
            startIcon={<PlayIcon />}
            onClick={() => setChosen(action)}
          >
            {action.title}
          </Button>
        ))}
      {chosen !== undefined && (
        <ActionDialog action={chosen} record={record} onClose={() => setChosen(undefined)} />
      )}
    </>
  )
}

function ActionDialog(props: {
  readonly action: Action
  readonly record: ApplicationRecord
  readonly onClose: () => void
}): ReactNode {
  const { action, record, onClose } = props
  const dag = useQuery(latestDagQuery(action.dagId))
  if (dag.isPending) return null
  // The dialog says itself why a DAG can't be read.
  const initial = recordInput(record, dag.data?.inputSchema)
  return (
    <StartRunDialog
      dag={{ dagId: action.dagId }}
      title={`${action.title}: ${record.label}`}
      initial={initial}
      onClose={onClose}
    />
  )
}

function DeleteDialog(
  props: RecordProps & { readonly open: boolean; readonly onClose: () => void },
): ReactNode {
  const { modelRef, record } = props
  const { application, model } = modelRef
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () => api.deleteRecord({ params: { application, model, recordId: record.id } }),
    onSuccess: async () => {
      await navigate(recordsPath(application, model))
      await queryClient.invalidateQueries({ queryKey: ['records', application, model] })
    },
  })
  return (
    <ConfirmDialog
      open={props.open}
      title={`Delete ${record.label}?`}
      confirm="Delete the record"
      keep="Keep it"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={props.onClose}
    >
      This can’t be undone.
    </ConfirmDialog>
  )
}
