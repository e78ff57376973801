import type { DagDetail } from '@braid/contract/dag.ts'
import Box from '@mui/material/Box'
import { type ReactNode, useMemo } from 'react'
import { DagRunList } from '../../dag/dag-run-table.tsx'
import { RunIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'

/** Runs of all versions. */
export function RunsTab({ dag }: { readonly dag: DagDetail }): ReactNode {
  const filter = useMemo(() => ({ dagId: dag.dagId }), [dag.dagId])
  return (
    <Box sx={{ p: { xs: 2, md: 4 } }}>
      <DagRunList
        filter={filter}
        ofOneDag
        empty={
          <Empty icon={RunIcon} title="It has not run yet">
            Run it by hand, or give it a schedule.
          </Empty>
        }
      />
    </Box>
  )
}
