import type { Session } from '@braid/contract/access.ts'
import type { ScriptWithSource } from '@braid/contract/script.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { type ReactNode, useMemo, useState } from 'react'
import { may } from '../../api/session.ts'
import { AddIcon, ScheduleIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { ScheduleDialog } from '../../schedule/schedule-dialog.tsx'
import { ScheduleList } from '../../schedule/schedule-list.tsx'
import { definitionIdOf } from '../../schedule/script-definition.ts'

type SchedulesTabProps = { readonly session: Session; readonly script: ScriptWithSource }

/** When a saved script runs by itself. */
export function SchedulesTab({ session, script }: SchedulesTabProps): ReactNode {
  const definitionId = definitionIdOf(script.scriptKey)
  const filter = useMemo(() => ({ definitionId }), [definitionId])
  const [adding, setAdding] = useState(false)
  const obstacle = whyNotSchedule(session, script)
  return (
    <Box sx={{ height: '100%', overflow: 'auto', p: 2 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1.5, mb: 2 }}>
        <Typography variant="body2" sx={{ flex: '1 1 200px', color: 'text.secondary' }}>
          {obstacle ??
            `Runs the version saved last, as ${script.own ? 'yours' : 'its owner’s'}; what it wrote is under Runs.`}
        </Typography>
        {obstacle === undefined && (
          <Button size="small" variant="outlined" startIcon={<AddIcon />} onClick={() => setAdding(true)}>
            New schedule
          </Button>
        )}
      </Box>
      <ScheduleList
        filter={filter}
        ofOneDefinition
        empty={
          <Empty icon={ScheduleIcon} title="No schedule runs it">
            With a schedule it runs by itself: by cron, at an interval, or once at a time that you set, each
            time with the input that the schedule gives it.
          </Empty>
        }
      />
      {adding && <ScheduleDialog definitionId={definitionId} onClose={() => setAdding(false)} />}
    </Box>
  )
}

/** In words; undefined: they may. */
function whyNotSchedule(session: Session, script: ScriptWithSource): string | undefined {
  if (!script.own && !session.grants.includes('*'))
    return 'It runs by the clock as its owner’s, so only its owner adds schedules. Saved as a copy, it is yours.'
  return may(session, 'schedule:update') && may(session, 'execution:create')
    ? undefined
    : 'Your role sees schedules; adding one needs a role that runs scripts.'
}
