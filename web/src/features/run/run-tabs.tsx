import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import type { ReactNode } from 'react'
import { RunDetails } from '../../frame/run-details.tsx'
import { nameOf } from '../../history/element-names.ts'
import { EventsTab } from './events-tab.tsx'
import { IncidentsTab } from './incidents-tab.tsx'
import { JobsTab } from './jobs-tab.tsx'
import { OutputTab } from './output-tab.tsx'
import type { PanelProps } from './panel.ts'
import { RunTasksTab } from './run-tasks-tab.tsx'
import { TimelineTab } from './timeline-tab.tsx'
import { VariablesTab } from './variables-tab.tsx'

const labels = {
  timeline: 'Timeline',
  variables: 'Variables',
  jobs: 'Jobs',
  tasks: 'User tasks',
  incidents: 'Incidents',
  output: 'Output',
  events: 'Events',
} as const

export type RunTab = keyof typeof labels
export const isRunTab = (text: string): text is RunTab => text in labels

const panels: Record<RunTab, (props: PanelProps) => ReactNode> = {
  timeline: TimelineTab,
  variables: VariablesTab,
  jobs: JobsTab,
  tasks: RunTasksTab,
  incidents: IncidentsTab,
  output: OutputTab,
  events: EventsTab,
}

export function RunTabs(
  props: PanelProps & { readonly tab: RunTab; readonly onTab: (tab: RunTab) => void },
): ReactNode {
  const { tab, onTab, selected, onSelect, names, live } = props
  const Panel = panels[tab]
  return (
    <RunDetails
      labels={{
        ...labels,
        incidents: <TabLabel label={labels.incidents} open={live.view.incidents.size} />,
      }}
      tab={tab}
      onTab={onTab}
      only={selected === undefined ? undefined : nameOf(names, selected)}
      onShowAll={() => onSelect(undefined)}
      share="54%"
      chipWidth={140}
      panelSx={{ flex: 1, minHeight: { xs: 260, md: 0 } }}
    >
      <Panel {...props} />
    </RunDetails>
  )
}

function TabLabel({ label, open }: { readonly label: string; readonly open: number }): ReactNode {
  if (open === 0) return label
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75 }}>
      {label} <Chip size="small" color="error" label={open} sx={{ height: 18 }} />
    </Box>
  )
}
