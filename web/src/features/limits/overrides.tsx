import type { RateLimit, RateLimitOverride } from '@braid/contract/rate-limit.ts'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { EditCell } from '../../frame/edit-cell.tsx'
import { AddIcon, PeopleIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { onPhones, onWideScreens } from './columns.ts'
import { overridesQuery } from './limit-queries.ts'
import { overrideWords } from './limit-words.ts'
import { OverrideDialog } from './override-dialog.tsx'
import { Section } from './section.tsx'

/** Users who may send more or less than the others. */
export function Overrides(props: {
  readonly limits: readonly RateLimit[]
  readonly editable: boolean
}): ReactNode {
  const overrides = useQuery(overridesQuery)
  const [adding, setAdding] = useState(false)
  const [editing, setEditing] = useState<RateLimitOverride>()
  return (
    <Section
      title="Overrides"
      about="Users who may send more or less than the others."
      action={
        props.editable && (
          <Button variant="outlined" startIcon={<AddIcon />} onClick={() => setAdding(true)}>
            New override
          </Button>
        )
      }
    >
      <Paper variant="outlined">
        {overrides.isPending ? (
          <LoadingRows rows={2} />
        ) : overrides.isError ? (
          <Failure error={overrides.error} onRetry={overrides.refetch} />
        ) : overrides.data.items.length === 0 ? (
          <Empty icon={PeopleIcon} title="The limits are the same for everybody" />
        ) : (
          <OverrideTable {...props} overrides={overrides.data.items} onEdit={setEditing} />
        )}
      </Paper>
      {adding && <OverrideDialog limits={props.limits} onClose={() => setAdding(false)} />}
      {editing !== undefined && (
        <OverrideDialog override={editing} limits={props.limits} onClose={() => setEditing(undefined)} />
      )}
    </Section>
  )
}

function OverrideTable(props: {
  readonly limits: readonly RateLimit[]
  readonly overrides: readonly RateLimitOverride[]
  readonly editable: boolean
  readonly onEdit: (override: RateLimitOverride) => void
}): ReactNode {
  const nameOf = (key: string | undefined): string =>
    key === undefined
      ? 'all limits'
      : (props.limits.find(({ rateLimitKey }) => rateLimitKey === key)?.name ?? key)
  return (
    <TableContainer>
      <Table aria-label="Overrides">
        <TableHead>
          <TableRow>
            <TableCell>User</TableCell>
            <TableCell>Requests</TableCell>
            <TableCell sx={onWideScreens}>Of</TableCell>
            <TableCell sx={onWideScreens}>Changed</TableCell>
            {props.editable && <TableCell />}
          </TableRow>
        </TableHead>
        <TableBody>
          {props.overrides.map((one) => (
            <TableRow key={one.username} hover>
              <TableCell sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>{one.username}</TableCell>
              <TableCell>
                {overrideWords(one.override)}
                <Typography variant="caption" sx={onPhones}>
                  of {nameOf(one.override.rateLimitKey)}
                </Typography>
              </TableCell>
              <TableCell sx={{ ...onWideScreens, overflowWrap: 'anywhere' }}>
                {nameOf(one.override.rateLimitKey)}
              </TableCell>
              <TableCell sx={onWideScreens}>
                <RelativeTime at={one.updatedAt} />
              </TableCell>
              {props.editable && (
                <EditCell what={`the override of ${one.username}`} onEdit={() => props.onEdit(one)} />
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}
