import type { ApplicationRecord } from '@braid/contract/application-api.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Skeleton from '@mui/material/Skeleton'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink, useSearchParams } from 'react-router'
import { applicationPath, type Model, recordPath } from '../../application/application-queries.ts'
import { FoundList } from '../../frame/found-list.tsx'
import { AddIcon, ListIcon } from '../../frame/icons.tsx'
import { Empty, Failure } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { countText } from '../../frame/time-text.ts'
import { TypedFilter } from '../../frame/typed-filter.tsx'
import type { Field } from '../../json-form/field.ts'
import { RecordDialog } from './record-dialog.tsx'
import { type ModelRef, recordsQuery } from './record-queries.ts'
import { useModel } from './use-model.ts'
import { ValueText } from './value-text.tsx'

/** The records of a model of an application. */
export function RecordsPage(): ReactNode {
  const { ref, application, model, fields } = useModel()
  if (application.isError) return <Failure error={application.error} onRetry={application.refetch} />
  if (application.isPending) return <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />
  if (model === undefined)
    return <Failure error={new Error(`${application.data.title} has no model “${ref.model}”.`)} />
  return (
    <Records
      key={`${ref.application}/${ref.model}`}
      modelRef={ref}
      model={model}
      fields={fields}
      applicationTitle={application.data.title}
    />
  )
}

type Fields = ReadonlyMap<string, Field>

function Records(props: {
  readonly modelRef: ModelRef
  readonly model: Model
  readonly fields: Fields
  readonly applicationTitle: string
}): ReactNode {
  const { modelRef, model, fields } = props
  const [parameters, setParameters] = useSearchParams()
  const text = parameters.get('text') ?? ''
  const records = useInfiniteQuery(recordsQuery(modelRef, text))
  const [creating, setCreating] = useState(false)
  const total = records.data?.pages[0]?.page
  return (
    <Page
      title={model.title}
      subtitle={
        <>
          <Link component={RouterLink} to={applicationPath(modelRef.application)} color="inherit">
            {props.applicationTitle}
          </Link>
          {total !== undefined && ` · ${countText(total.totalItems, total.hasMoreTotalItems)}`}
          {text !== '' && ' match'}
        </>
      }
      actions={
        <Button variant="contained" startIcon={<AddIcon />} onClick={() => setCreating(true)}>
          New record
        </Button>
      }
    >
      <Box component="search" aria-label="Filters" sx={{ mb: 2, maxWidth: 360, display: 'grid' }}>
        <TypedFilter
          label="Search"
          placeholder="Part of any text"
          value={text}
          onChange={(typed) => setParameters(typed === '' ? {} : { text: typed }, { replace: true })}
        />
      </Box>
      <FoundList
        found={records}
        empty={<Empty icon={ListIcon} title={text === '' ? 'No records yet' : 'No record matches'} />}
      >
        {(items) => <RecordTable modelRef={modelRef} model={model} fields={fields} items={items} />}
      </FoundList>
      {creating && <RecordDialog modelRef={modelRef} model={model} onClose={() => setCreating(false)} />}
    </Page>
  )
}

function RecordTable(props: {
  readonly modelRef: ModelRef
  readonly model: Model
  readonly fields: Fields
  readonly items: readonly ApplicationRecord[]
}): ReactNode {
  const { modelRef, model, fields, items } = props
  const [first, ...others] = model.columns
  const wide = { display: { xs: 'none', md: 'table-cell' } } as const
  return (
    <TableContainer>
      <Table aria-label={model.title}>
        <TableHead>
          <TableRow>
            <TableCell>{first === undefined ? 'Record' : (fields.get(first)?.title ?? first)}</TableCell>
            {others.map((column) => (
              <TableCell key={column} sx={wide}>
                {fields.get(column)?.title ?? column}
              </TableCell>
            ))}
            <TableCell>Changed</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {items.map((record) => (
            <TableRow key={record.id} hover sx={{ position: 'relative' }}>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>
                <Link
                  component={RouterLink}
                  to={recordPath(modelRef.application, modelRef.model, record.id)}
                  // The whole row leads to the record; the link stays one link for the keyboard.
                  sx={{
                    fontWeight: 600,
                    color: 'text.primary',
                    '&::after': { content: '""', position: 'absolute', inset: 0 },
                  }}
                >
                  {first === undefined || record.data[first] == null ? (
                    record.label
                  ) : (
                    <ValueText field={fields.get(first)} value={record.data[first]} short />
                  )}
                </Link>
              </TableCell>
              {others.map((column) => (
                <TableCell key={column} sx={{ ...wide, overflowWrap: 'anywhere' }}>
                  <ValueText field={fields.get(column)} value={record.data[column]} short />
                </TableCell>
              ))}
              <TableCell>
                <RelativeTime at={record.updatedAt} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}
