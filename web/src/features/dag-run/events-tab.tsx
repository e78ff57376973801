import { type ReactNode, useMemo } from 'react'
import { kindNames } from '../../graph/marks.ts'
import { EventList } from '../../history/event-list.tsx'
import { useInstance } from '../../live/use-instance.ts'
import type { PanelProps } from './panel.ts'

/** The history of the process instance that the run is. */
export function EventsTab({ run, dag, selected }: PanelProps): ReactNode {
  const live = useInstance(run.dagRunKey)
  const names = useMemo(
    () => new Map(dag.graph.nodes.map(({ id, title, kind }) => [id, { name: title, kind: kindNames[kind] }])),
    [dag],
  )
  return <EventList processInstanceKey={run.dagRunKey} live={live} names={names} selected={selected} />
}
