import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import type { ReactNode } from 'react'
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
    <Box
      component="section"
      aria-label="Details of the run"
      sx={{
        flex: { md: '1 1 54%' },
        minHeight: { md: 240 },
        display: 'flex',
        flexDirection: 'column',
        borderTop: 1,
        borderColor: 'divider',
        background: 'var(--braid-palette-background-paper)',
      }}
    >
      <Box
        sx={{ display: 'flex', alignItems: 'center', borderBottom: 1, borderColor: 'divider', px: { md: 1 } }}
      >
        <Tabs
          value={tab}
          onChange={(_, next: RunTab) => onTab(next)}
          variant="scrollable"
          scrollButtons="auto"
          allowScrollButtonsMobile
          aria-label="Details"
          sx={{ flex: 1, minWidth: 0 }}
        >
          {Object.entries(labels).map(([id, label]) => (
            <Tab
              key={id}
              value={id}
              id={`tab-${id}`}
              aria-controls="run-panel"
              label={<TabLabel label={label} open={id === 'incidents' ? live.view.incidents.size : 0} />}
            />
          ))}
        </Tabs>
        {selected !== undefined && (
          <Chip
            size="small"
            color="primary"
            variant="outlined"
            label={`Only ${nameOf(names, selected)}`}
            onDelete={() => onSelect(undefined)}
            sx={{ mx: 1, maxWidth: { xs: 140, md: 280 } }}
          />
        )}
      </Box>
      <Box
        role="tabpanel"
        id="run-panel"
        aria-labelledby={`tab-${tab}`}
        sx={{ flex: 1, minHeight: { xs: 260, md: 0 }, overflow: 'auto' }}
      >
        <Panel {...props} />
      </Box>
    </Box>
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
