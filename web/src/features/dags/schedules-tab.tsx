import type { DagDetail } from '@braid/contract/dag.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { type ReactNode, useMemo, useState } from 'react'
import { AddIcon, ScheduleIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { ScheduleDialog } from '../../schedule/schedule-dialog.tsx'
import { ScheduleList } from '../../schedule/schedule-list.tsx'

export function SchedulesTab({ dag }: { readonly dag: DagDetail }): ReactNode {
  const filter = useMemo(() => ({ definitionId: dag.dagId }), [dag.dagId])
  const [adding, setAdding] = useState(false)
  return (
    <Box sx={{ p: { xs: 2, md: 4 } }}>
      <Box sx={{ display: 'flex', justifyContent: 'flex-end', mb: 2 }}>
        <Button variant="outlined" startIcon={<AddIcon />} onClick={() => setAdding(true)}>
          New schedule
        </Button>
      </Box>
      <ScheduleList
        filter={filter}
        ofOneDefinition
        empty={
          <Empty icon={ScheduleIcon} title="No schedule starts it">
            A DAG can say its schedules itself, or you add one here.
          </Empty>
        }
      />
      {adding && <ScheduleDialog definitionId={dag.dagId} onClose={() => setAdding(false)} />}
    </Box>
  )
}
