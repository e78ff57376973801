import type { BatchOperation } from '@braid/contract/batch-operation.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link as RouterLink, useParams } from 'react-router'
import { api } from '../../api/client.ts'
import { BackIcon, CancelIcon } from '../../frame/icons.tsx'
import { Failure, LoadingRows } from '../../frame/list-states.tsx'
import { useFailureNotice } from '../../frame/notices.tsx'
import { Page } from '../../frame/page.tsx'
import { Duration, RelativeTime } from '../../frame/time.tsx'
import { batchTitles } from './batch-actions.ts'
import { BatchProgress, BatchState } from './batch-progress.tsx'
import { batchQuery, failedItemsQuery } from './batch-queries.ts'

/** One batch operation: how far it is, what failed and why. */
export function BatchPage(): ReactNode {
  const { batchKey = '' } = useParams()
  const batch = useQuery(batchQuery(batchKey))
  if (batch.isError) return <Failure error={batch.error} onRetry={batch.refetch} />
  if (batch.isPending) return <LoadingRows rows={3} />
  const { data } = batch
  const over = data.state === 'COMPLETED' || data.state === 'CANCELED'
  return (
    <Page
      title={batchTitles[data.batchOperationType]}
      maxWidth={900}
      subtitle={
        <>
          Started <RelativeTime at={data.startDate} /> by {data.actorId || 'nobody'}, took{' '}
          <Duration from={data.startDate} to={data.endDate} />
        </>
      }
      actions={
        <>
          {!over && <CancelRest batch={data} />}
          <Button component={RouterLink} to="/runs/batch-operations" variant="outlined">
            All batch operations
          </Button>
          <Button component={RouterLink} to="/runs" variant="outlined" startIcon={<BackIcon />}>
            Runs
          </Button>
        </>
      }
    >
      <Paper variant="outlined" sx={{ p: 2.5, mb: 2 }}>
        <Box role="status" aria-label="State of the batch operation" sx={{ mb: 1.5 }}>
          <BatchState batch={data} />
        </Box>
        <BatchProgress batch={data} />
      </Paper>
      {data.operationsFailedCount > 0 && <FailedItems key={batchKey} batch={data} />}
    </Page>
  )
}

function CancelRest({ batch }: { readonly batch: BatchOperation }): ReactNode {
  const queryClient = useQueryClient()
  const onError = useFailureNotice()
  const cancel = useMutation({
    mutationFn: () => api.cancelBatchOperation({ params: { batchOperationKey: batch.batchOperationKey } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['batch-operations'] }),
    onError,
  })
  return (
    <Button
      variant="outlined"
      color="error"
      startIcon={<CancelIcon />}
      loading={cancel.isPending}
      onClick={() => cancel.mutate()}
    >
      Leave the rest undone
    </Button>
  )
}

function FailedItems({ batch }: { readonly batch: BatchOperation }): ReactNode {
  const failed = batch.operationsFailedCount
  const items = useQuery(failedItemsQuery(batch.batchOperationKey, failed))
  const shown = items.data?.items ?? []
  return (
    <Paper variant="outlined" component="section" aria-labelledby="failed-items" sx={{ overflow: 'hidden' }}>
      <Typography id="failed-items" variant="h2" sx={{ px: 2.5, pt: 2, pb: 1 }}>
        What failed
      </Typography>
      {items.isPending && <LoadingRows rows={3} />}
      {items.isError && <Failure error={items.error} onRetry={items.refetch} />}
      <Box component="ul" aria-labelledby="failed-items" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {shown.map((item) => (
          <Box
            component="li"
            key={item.itemKey}
            sx={{ px: 2.5, py: 1.25, borderTop: 1, borderColor: 'divider' }}
          >
            <Link component={RouterLink} to={`/runs/${item.processInstanceKey}`} sx={{ fontWeight: 600 }}>
              Run {item.processInstanceKey}
            </Link>
            <Typography variant="body2" sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
              {item.errorMessage}
            </Typography>
          </Box>
        ))}
      </Box>
      {shown.length > 0 && failed > shown.length && (
        <Typography variant="body2" sx={{ px: 2.5, py: 1.5, color: 'text.secondary' }}>
          … and {(failed - shown.length).toLocaleString()} more
        </Typography>
      )}
    </Paper>
  )
}
