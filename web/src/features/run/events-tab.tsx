import type { ReactNode } from 'react'
import { EventList } from '../../history/event-list.tsx'
import type { PanelProps } from './panel.ts'

export function EventsTab({ instance, live, names, selected }: PanelProps): ReactNode {
  return (
    <EventList
      processInstanceKey={instance.processInstanceKey}
      live={live}
      names={names}
      selected={selected}
    />
  )
}
