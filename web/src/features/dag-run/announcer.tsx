import Box from '@mui/material/Box'
import type { ReactNode } from 'react'
import { useRested } from '../../frame/time.tsx'
import { visuallyHidden } from '../../frame/visually-hidden.ts'
import { type PanelProps, titleOf } from './panel.ts'

/** Milliseconds without a change before it is said what runs: a busy run would never stop talking. */
const restMs = 800

/** Says what runs to those who don't see the graph. */
export function Announcer({ run, dag }: Pick<PanelProps, 'run' | 'dag'>): ReactNode {
  const named = (state: 'running' | 'incident'): string =>
    run.nodes
      .filter((node) => node.state === state)
      .map(({ nodeId }) => titleOf(dag, nodeId))
      .join('; ')
  const [running, stuck] = [named('running'), named('incident')]
  const text =
    run.endedAt !== undefined
      ? `The run has ${run.state === 'SUCCEEDED' ? 'succeeded' : 'been canceled'}.`
      : [running === '' ? '' : `Running: ${running}.`, stuck === '' ? '' : `Needs somebody: ${stuck}.`].join(
          ' ',
        )
  return (
    <Box aria-live="polite" sx={visuallyHidden}>
      {useRested(text, restMs)}
    </Box>
  )
}
