import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo } from 'react'
import { ListIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { VirtualList } from '../../frame/virtual-list.tsx'
import { nameOf } from '../../history/element-names.ts'
import { LogLine } from '../../script/log-line.tsx'
import { textsOf } from '../../script/log-text.ts'
import type { PanelProps } from './panel.ts'
import { outputQuery } from './run-queries.ts'

/** What script tasks wrote, newest at the end. */
export function OutputTab({ instance, live, names, selected, onSelect }: PanelProps): ReactNode {
  const output = useQuery(outputQuery(instance.processInstanceKey, live.ended))
  const { data, refetch } = output
  // What was written last may have been stored after the last look.
  useEffect(() => {
    if (live.ended) void refetch()
  }, [live.ended, refetch])
  const lines = useMemo(
    () => textsOf(data ?? []).filter(({ nodeId }) => selected === undefined || nodeId === selected),
    [data, selected],
  )
  if (output.isPending) return <LoadingRows rows={3} />
  if (output.isError) return <Failure error={output.error} onRetry={refetch} />
  if (lines.length === 0)
    return (
      <Empty icon={ListIcon} title="Nothing written">
        What script tasks print stands here.
      </Empty>
    )
  return (
    <VirtualList
      items={lines}
      label="Output"
      keyOf={({ sequence }) => String(sequence)}
      rowHeight={22}
      measured
      follow
    >
      {(entry) => (
        <LogLine entry={entry} title={nameOf(names, entry.nodeId)} onTask={() => onSelect(entry.nodeId)} />
      )}
    </VirtualList>
  )
}
