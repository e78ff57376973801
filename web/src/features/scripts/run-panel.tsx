import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import type { ComponentProps, ReactNode } from 'react'
import { describeFailure } from '../../api/client.ts'
import { PlayIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { RunOutput } from '../../script/run-output.tsx'
import type { LiveExecution } from '../../script/use-execution.ts'
import { ApiTab } from './api-tab.tsx'
import { RunsTab } from './runs-tab.tsx'
import { SchedulesTab } from './schedules-tab.tsx'
import { VersionsTab } from './versions-tab.tsx'

const labels = {
  output: 'Output',
  runs: 'Runs',
  versions: 'Versions',
  schedules: 'Schedules',
  api: 'API',
} as const
export type PanelTab = keyof typeof labels
export const panelTabOf = (text: string | null): PanelTab =>
  text !== null && text in labels ? (text as PanelTab) : 'output'

type RunPanelProps = {
  readonly tab: PanelTab
  readonly onTab: (tab: PanelTab) => void
  /** Undefined: nothing was run yet. */
  readonly runKey: string | undefined
  readonly live: LiveExecution
  /** Why the last run could not be started. */
  readonly failure: unknown
  readonly runs: ComponentProps<typeof RunsTab>
  /** Absent: it was never saved. */
  readonly versions: ComponentProps<typeof VersionsTab> | undefined
  /** Absent: it was never saved, or one may not see schedules. */
  readonly schedules: ComponentProps<typeof SchedulesTab> | undefined
  /** Absent: it was never saved, or one may not run it. */
  readonly api: ComponentProps<typeof ApiTab> | undefined
}

/** Beside the editor: what the run writes, what ran before, what was saved before, and what else runs it. */
export function RunPanel(props: RunPanelProps): ReactNode {
  const { versions, schedules, api, failure } = props
  const shown = { output: true, runs: true, versions, schedules, api }
  const tab = shown[props.tab] === undefined ? 'output' : props.tab
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column', minHeight: 0 }}>
      <Tabs
        value={tab}
        onChange={(_, next: PanelTab) => props.onTab(next)}
        aria-label="Beside the script"
        variant="scrollable"
        scrollButtons={false}
        sx={{ px: { xs: 1, md: 1 }, flexShrink: 0, borderBottom: 1, borderColor: 'divider' }}
      >
        {(Object.keys(labels) as PanelTab[])
          .filter((name) => shown[name] !== undefined)
          .map((name) => (
            <Tab
              key={name}
              value={name}
              label={labels[name]}
              id={`tab-${name}`}
              aria-controls="script-panel"
            />
          ))}
      </Tabs>
      <Box
        role="tabpanel"
        id="script-panel"
        aria-labelledby={`tab-${tab}`}
        sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' }}
      >
        {tab === 'output' && failure != null && (
          <Alert severity="error" sx={{ m: 1.5 }}>
            {describeFailure(failure)}
          </Alert>
        )}
        <Box sx={{ flex: 1, minHeight: 0 }}>
          <Content {...props} tab={tab} />
        </Box>
      </Box>
    </Box>
  )
}

function Content({ tab, versions, schedules, api, ...props }: RunPanelProps): ReactNode {
  if (tab === 'runs') return <RunsTab {...props.runs} />
  if (tab === 'versions' && versions !== undefined) return <VersionsTab {...versions} />
  if (tab === 'schedules' && schedules !== undefined) return <SchedulesTab {...schedules} />
  if (tab === 'api' && api !== undefined) return <ApiTab {...api} />
  if (props.runKey !== undefined) return <RunOutput live={props.live} />
  return (
    <Empty icon={PlayIcon} title="Nothing ran yet">
      {props.runs.mayRun
        ? 'Run it, and what it writes is here as it comes.'
        : 'Your role reads scripts; running them needs another one.'}
    </Empty>
  )
}
