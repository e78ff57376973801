import type { BatchOperation } from '@braid/contract/batch-operation.ts'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'
import { BackIcon, ListIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { batchTitles } from './batch-actions.ts'
import { BatchProgress, BatchState } from './batch-progress.tsx'
import { batchesQuery } from './batch-queries.ts'

const wide = { display: { xs: 'none', md: 'table-cell' } } as const

/** What was done to many runs at once, newest first. */
export function BatchesPage(): ReactNode {
  const batches = useQuery(batchesQuery)
  return (
    <Page
      title="Batch operations"
      subtitle="What was done to many runs at once, newest first"
      actions={
        <Button component={RouterLink} to="/runs" variant="outlined" startIcon={<BackIcon />}>
          Runs
        </Button>
      }
    >
      <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
        {batches.isPending ? (
          <LoadingRows />
        ) : batches.isError ? (
          <Failure error={batches.error} onRetry={batches.refetch} />
        ) : batches.data.items.length === 0 ? (
          <Empty icon={ListIcon} title="No batch operations yet">
            Select runs in the list of runs, or filter it, and choose what to do to them.
          </Empty>
        ) : (
          <BatchTable items={batches.data.items} />
        )}
      </Paper>
    </Page>
  )
}

function BatchTable({ items }: { readonly items: readonly BatchOperation[] }): ReactNode {
  return (
    <TableContainer>
      <Table>
        <TableHead>
          <TableRow>
            <TableCell>Operation</TableCell>
            <TableCell>State</TableCell>
            <TableCell sx={wide}>Progress</TableCell>
            <TableCell sx={wide}>Started</TableCell>
            <TableCell sx={wide}>By</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {items.map((batch) => (
            <TableRow hover key={batch.batchOperationKey}>
              <TableCell>
                <Link
                  component={RouterLink}
                  to={`/runs/batch-operations/${batch.batchOperationKey}`}
                  sx={{ fontWeight: 600 }}
                >
                  {batchTitles[batch.batchOperationType]}
                </Link>
              </TableCell>
              <TableCell>
                <BatchState batch={batch} />
              </TableCell>
              <TableCell sx={{ ...wide, minWidth: 220 }}>
                <BatchProgress batch={batch} />
              </TableCell>
              <TableCell sx={wide}>
                <RelativeTime at={batch.startDate} />
              </TableCell>
              <TableCell sx={wide}>{batch.actorId}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}
