import type { ReactNode } from 'react'
import { RunDetails } from '../../frame/run-details.tsx'
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
    <RunDetails
      labels={labels}
      tab={tab}
      onTab={onTab}
      only={selected === undefined ? undefined : titleOf(dag, selected)}
      onShowAll={() => onSelect(undefined)}
      share="56%"
      chipWidth={130}
      // The lists in it scroll themselves, so its height must not follow theirs.
      panelSx={{ flex: { xs: 'none', md: 1 }, height: { xs: 440, md: 'auto' }, minHeight: 0 }}
    >
      <Panel {...props} />
    </RunDetails>
  )
}
