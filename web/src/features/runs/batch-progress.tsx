import type { BatchOperation } from '@braid/contract/batch-operation.ts'
import Box from '@mui/material/Box'
import LinearProgress from '@mui/material/LinearProgress'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { type ChipState, StateChip } from '../../frame/state-chip.tsx'

const chips = {
  ACTIVE: 'running',
  SUSPENDED: 'suspended',
  COMPLETED: 'completed',
  CANCELED: 'canceled',
} as const satisfies Record<BatchOperation['state'], ChipState>

/** All were tried, some in vain: that must not look like success. */
export function BatchState({ batch }: { readonly batch: BatchOperation }): ReactNode {
  const failed = batch.state === 'COMPLETED' && batch.operationsFailedCount > 0
  return (
    <StateChip state={failed ? 'failed' : chips[batch.state]} {...(failed ? { label: 'Some failed' } : {})} />
  )
}

/** How far a batch operation is, in figures and as a bar. */
export function BatchProgress({ batch }: { readonly batch: BatchOperation }): ReactNode {
  const { operationsTotalCount: total, operationsCompletedCount: done, operationsFailedCount: failed } = batch
  const share = total === 0 ? 100 : ((done + failed) / total) * 100
  return (
    <Box sx={{ minWidth: 0 }}>
      <Typography variant="body2">
        {total === 0
          ? 'Nothing was in a state for it'
          : `${done.toLocaleString()} of ${total.toLocaleString()} done`}
        {failed > 0 && (
          <Box component="span" sx={{ color: 'error.main', fontWeight: 600 }}>
            {`, ${failed.toLocaleString()} failed`}
          </Box>
        )}
      </Typography>
      <LinearProgress
        variant="determinate"
        value={share}
        color={failed > 0 ? 'error' : 'primary'}
        aria-label="Progress"
        sx={{ mt: 0.5, height: 6, borderRadius: 3 }}
      />
    </Box>
  )
}
