import type { ExecutionDetail } from '@braid/contract/execution.ts'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { JsonBlock } from '../../frame/json-block.tsx'
import { TextBlock } from '../../frame/text-block.tsx'
import { durationText } from '../../frame/time-text.ts'
import { priorityNames } from '../../script/execution-state.ts'

/** What the run was given. */
export function InputTab({ run }: { readonly run: ExecutionDetail }): ReactNode {
  const { stdin, input } = run
  return (
    <Box sx={{ height: '100%', overflow: 'auto', px: { xs: 2, md: 3 }, py: 2, boxSizing: 'border-box' }}>
      <Typography variant="body2" sx={{ mb: 2 }}>
        {priorityNames[run.priority]} priority, at most {durationText(run.timeoutMs)}
        {run.maxAttempts === 1 ? ', begun once only' : ''}
      </Typography>
      <JsonBlock title="Input" value={Object.keys(input).length === 0 ? undefined : input} />
      <TextBlock title="Standard input" text={stdin === '' ? undefined : stdin} />
    </Box>
  )
}
