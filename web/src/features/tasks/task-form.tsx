import type { UserTask } from '@braid/contract/user-task.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, type Ref, useEffect, useEffectEvent, useImperativeHandle, useState } from 'react'
import { userTaskFormQuery } from '../../api/queries.ts'
import { Form, type FormHandle } from '../../form/form.tsx'
import { JsonEditor } from '../../frame/json-editor.tsx'
import { parseObject } from '../../frame/json-text.ts'
import { Failure, LoadingRows } from '../../frame/list-states.tsx'
import { monospace } from '../../theme/theme.ts'
import { taskDataQuery } from './task-data.ts'

type TaskFormProps = {
  readonly task: UserTask
  readonly readOnly: boolean
  readonly onSubmit: (values: JsonObject) => void
  /** It is there to be filled in. */
  readonly onReady: () => void
  readonly ref: Ref<FormHandle>
}

/** The form of a task filled with what the process knows; JSON when it has none. */
export function TaskForm({ task, readOnly, onSubmit, onReady, ref }: TaskFormProps): ReactNode {
  const form = useQuery(userTaskFormQuery(task.userTaskKey))
  const data = useQuery(taskDataQuery(task.userTaskKey))
  if (form.isError) return <Failure error={form.error} onRetry={form.refetch} />
  if (data.isError) return <Failure error={data.error} onRetry={data.refetch} />
  if (form.isPending || data.isPending) return <LoadingRows rows={3} />
  if (form.data !== null)
    return (
      <Form
        ref={ref}
        schema={form.data.schema}
        data={data.data}
        readOnly={readOnly}
        onSubmit={onSubmit}
        onReady={onReady}
      />
    )
  return <PlainForm ref={ref} task={task} data={data.data} readOnly={readOnly} onReady={onReady} />
}

function PlainForm(props: {
  readonly task: UserTask
  readonly data: JsonObject
  readonly readOnly: boolean
  readonly onReady: () => void
  readonly ref: Ref<FormHandle>
}): ReactNode {
  const shown = useEffectEvent(props.onReady)
  useEffect(() => shown(), [])
  const [text, setText] = useState('{}')
  useImperativeHandle(
    props.ref,
    () => ({
      submit: () => {
        const parsed = parseObject(text)
        return parsed.ok ? parsed.value : undefined
      },
    }),
    [text],
  )
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <ExternalForm reference={props.task.externalFormReference} />
      <Box>
        <Typography variant="h3" sx={{ mb: 0.5 }}>
          What the process knows
        </Typography>
        <Box
          component="pre"
          sx={{
            m: 0,
            p: 1.5,
            maxHeight: 280,
            overflow: 'auto',
            borderRadius: 1,
            fontFamily: monospace,
            fontSize: '0.8125rem',
            background: 'var(--braid-palette-background-default)',
          }}
        >
          {JSON.stringify(props.data, null, 2)}
        </Box>
      </Box>
      {!props.readOnly && (
        <JsonEditor label="Variables to complete with" text={text} onChange={setText} minRows={5} />
      )}
    </Box>
  )
}

/** A form elsewhere: only web addresses are links. */
function ExternalForm({ reference }: { readonly reference: string | undefined }): ReactNode {
  if (reference === undefined)
    return (
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        This task has no form.
      </Typography>
    )
  const isWeb = /^https?:\/\//i.test(reference)
  return (
    <Typography variant="body2">
      The form is kept elsewhere:{' '}
      {isWeb ? (
        <Link href={reference} target="_blank" rel="noopener noreferrer">
          {reference}
        </Link>
      ) : (
        reference
      )}
    </Typography>
  )
}
