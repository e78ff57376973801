import type { Execution } from '@braid/contract/execution.ts'
import { isOver } from '@braid/contract/execution.ts'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { StateChip } from '../frame/state-chip.tsx'
import { Duration, useRested } from '../frame/time.tsx'
import { durationText } from '../frame/time-text.ts'
import { visuallyHidden } from '../frame/visually-hidden.ts'
import { isolationNames, lookOfExecution, sentenceOf, sizeText } from './execution-state.ts'

/** Milliseconds that a state lasts before it is said: short runs are told by their end alone. */
const restMs = 400

/** How a run goes or went: state, exit code, and what it used. */
export function RunFacts({ execution }: { readonly execution: Execution }): ReactNode {
  const look = lookOfExecution(execution)
  return (
    <>
      <Box
        component="section"
        aria-label="State of the run"
        sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 2, rowGap: 0.75 }}
      >
        <StateChip state={look.state} label={look.label} />
        <Box component="dl" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, rowGap: 0.25, m: 0 }}>
          {factsOf(execution).map(([name, value]) => (
            <Box key={name} sx={{ display: 'flex', gap: 0.75, alignItems: 'baseline' }}>
              <Typography component="dt" variant="caption" sx={{ color: 'text.secondary' }}>
                {name}
              </Typography>
              <Typography component="dd" variant="caption" sx={{ m: 0, fontWeight: 600 }}>
                {value}
              </Typography>
            </Box>
          ))}
        </Box>
      </Box>
      <Announcer execution={execution} />
    </>
  )
}

type Fact = readonly [name: string, value: ReactNode]

function factsOf(execution: Execution): readonly Fact[] {
  const { state, exitCode, wallMs, cpuMs, peakMemoryBytes, attempt, isolation, startedAt, createdAt } =
    execution
  const known = <T,>(name: string, value: T | undefined, shown: (value: T) => ReactNode): readonly Fact[] =>
    value === undefined ? [] : [[name, shown(value)]]
  return [
    // Any other is in the chip.
    ...known('exit code', state === 'COMPLETED' && exitCode !== 0 ? undefined : exitCode, String),
    ...(isOver(state)
      ? known('took', wallMs, durationText)
      : [
          [
            state === 'QUEUED' ? 'waits for' : 'runs for',
            <Duration key="age" from={startedAt ?? createdAt} />,
          ] as const,
        ]),
    ...known('CPU', cpuMs, durationText),
    ...known('peak memory', peakMemoryBytes, sizeText),
    ...(attempt > 1 ? known('attempt', attempt, String) : []),
    ...known('in', isolation, (tier) => isolationNames[tier]),
  ]
}

/** What went wrong, in words. */
export function RunMessage({ execution }: { readonly execution: Execution }): ReactNode {
  if (execution.message === undefined) return null
  return (
    <Alert severity={execution.state === 'CANCELED' ? 'info' : 'error'} sx={{ py: 0.25 }}>
      {execution.message}
    </Alert>
  )
}

function Announcer({ execution }: { readonly execution: Execution }): ReactNode {
  return (
    <Box aria-live="polite" sx={visuallyHidden}>
      {useRested(sentenceOf(execution), restMs)}
    </Box>
  )
}
