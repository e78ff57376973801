import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import type { ReactNode } from 'react'
import { DataTab } from './data-tab.tsx'
import { EventsTab } from './events-tab.tsx'
import { LogsTab } from './logs-tab.tsx'
import { type PanelProps, titleOf } from './panel.ts'
import { TasksTab } from './tasks-tab.tsx'
import { TimelineTab } from './timeline-tab.tsx'

const labels = {
  tasks: 'Tasks',
  timeline: 'Timeline',
  logs: 'Logs',
  data: 'Data',
  events: 'Events',
} as const

export type DagRunTab = keyof typeof labels
export const isDagRunTab = (text: string): text is DagRunTab => text in labels

const panels: Record<DagRunTab, (props: PanelProps) => ReactNode> = {
  tasks: TasksTab,
  timeline: TimelineTab,
  logs: LogsTab,
  data: DataTab,
  events: EventsTab,
}

export function DagRunTabs(
  props: PanelProps & {
    readonly tab: DagRunTab
    readonly onTab: (tab: DagRunTab) => void
    readonly onSelect: (node: string | undefined) => void
  },
): ReactNode {
  const { tab, onTab, selected, onSelect, dag } = props
  const Panel = panels[tab]
  return (
    <Box
      component="section"
      aria-label="Details of the run"
      sx={{
        flex: { md: '1 1 56%' },
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
          onChange={(_, next: DagRunTab) => onTab(next)}
          variant="scrollable"
          scrollButtons="auto"
          allowScrollButtonsMobile
          aria-label="Details"
          sx={{ flex: 1, minWidth: 0 }}
        >
          {Object.entries(labels).map(([id, label]) => (
            <Tab key={id} value={id} id={`tab-${id}`} aria-controls="run-panel" label={label} />
          ))}
        </Tabs>
        {selected !== undefined && (
          <Chip
            size="small"
            color="primary"
            variant="outlined"
            label={`Only ${titleOf(dag, selected)}`}
            onDelete={() => onSelect(undefined)}
            sx={{ mx: 1, maxWidth: { xs: 130, md: 280 } }}
          />
        )}
      </Box>
      <Box
        role="tabpanel"
        id="run-panel"
        aria-labelledby={`tab-${tab}`}
        // The lists in it scroll themselves, so its height must not follow theirs.
        sx={{ flex: { xs: 'none', md: 1 }, height: { xs: 440, md: 'auto' }, minHeight: 0, overflow: 'auto' }}
      >
        <Panel {...props} />
      </Box>
    </Box>
  )
}
