import {
  maxRateLimitPriority,
  maxRateLimitRequests,
  maxRateLimitSeconds,
  rateLimitAlgorithms,
} from '@braid/contract/rate-limit.ts'
import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import type { ReactNode } from 'react'
import type { LimitEntry } from './limit-entry.ts'
import { NumberField } from './number-field.tsx'

const algorithmTexts: Readonly<
  Record<LimitEntry['algorithm'], { readonly label: string; readonly hint: string }>
> = {
  'sliding-window': { label: 'Sliding window', hint: 'Never more than that many in any such time' },
  'token-bucket': { label: 'Token bucket', hint: 'A burst at once, then a steady rate' },
}

/** How many requests may come, and how they are counted. */
export function CountingFields({
  entry,
  onChange,
}: {
  readonly entry: LimitEntry
  readonly onChange: (change: Partial<LimitEntry>) => void
}): ReactNode {
  const { algorithm, requests, seconds, burst, priority } = entry
  const most = { min: 1, max: maxRateLimitRequests }
  return (
    <>
      <TextField
        select
        label="Way of counting"
        value={algorithm}
        onChange={(event) => onChange({ algorithm: event.target.value as LimitEntry['algorithm'] })}
        helperText={algorithmTexts[algorithm].hint}
      >
        {rateLimitAlgorithms.map((each) => (
          <MenuItem key={each} value={each}>
            {algorithmTexts[each].label}
          </MenuItem>
        ))}
      </TextField>
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1fr 1fr' }}>
        <NumberField
          label="Requests"
          value={requests}
          onChange={(typed) => onChange({ requests: typed })}
          {...most}
        />
        <NumberField
          label="In seconds"
          value={seconds}
          onChange={(typed) => onChange({ seconds: typed })}
          min={1}
          max={maxRateLimitSeconds}
        />
        {algorithm === 'token-bucket' && (
          <NumberField
            label="At once"
            value={burst}
            onChange={(typed) => onChange({ burst: typed })}
            {...most}
            required={false}
            helperText="Empty: as many as requests"
          />
        )}
        <NumberField
          label="Priority"
          value={priority}
          onChange={(typed) => onChange({ priority: typed })}
          min={0}
          max={maxRateLimitPriority}
          helperText="Of several for a route, the highest decides"
        />
      </Box>
    </>
  )
}
