import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { Navigate, useParams, useSearchParams } from 'react-router'
import { definitionXmlQuery, instanceQuery } from '../../api/queries.ts'
import { dagQuery } from '../../dag/dag-queries.ts'
import { Diagram } from '../../diagram/diagram.tsx'
import { flattenOutline, type OutlineEntry } from '../../diagram/outline-model.ts'
import type { DiagramMarks } from '../../diagram/viewer.ts'
import { Failure } from '../../frame/list-states.tsx'
import { useTitle } from '../../frame/page.tsx'
import type { ElementNames } from '../../history/element-names.ts'
import type { InstanceView } from '../../live/instance-view.ts'
import { useInstance } from '../../live/use-instance.ts'
import { Announcer } from './announcer.tsx'
import { RunHeader } from './run-header.tsx'
import { isRunTab, RunTabs } from './run-tabs.tsx'

/** Lists beside the diagram are read again this long after the instance moved, once for a burst. */
const refreshAfterMs = 200

/** One run: where its tokens are, what it knows, what it waits for, what went wrong. */
export function RunPage(): ReactNode {
  const { runKey = '' } = useParams()
  return <Run key={runKey} runKey={runKey} />
}

function Run({ runKey }: { readonly runKey: string }): ReactNode {
  const instance = useQuery(instanceQuery(runKey))
  const live = useInstance(runKey)
  const [parameters, setParameters] = useSearchParams()
  const [outline, setOutline] = useState<readonly OutlineEntry[]>([])
  const marks = useMemo(() => marksOf(live.view), [live.view])
  const names = useMemo(() => namesOf(outline), [outline])
  useRefresh(runKey, live.view.version)
  useTitle(instance.data?.processDefinitionName ?? `Run ${runKey}`)

  if (instance.isError) return <Failure error={instance.error} onRetry={instance.refetch} />
  if (instance.isPending) return <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />

  const selected = parameters.get('element') || undefined
  const tab = parameters.get('tab') ?? 'timeline'
  const set = (name: 'element' | 'tab', value: string | undefined): void =>
    setParameters(
      (before) => {
        if (value === undefined) before.delete(name)
        else before.set(name, value)
        return before
      },
      { replace: true },
    )

  return (
    <Box sx={{ height: { md: '100%' }, display: 'flex', flexDirection: 'column' }}>
      <Announcer view={live.view} names={names} />
      <RunHeader instance={instance.data} view={live.view} names={names} />
      <Box
        sx={{
          height: { xs: 320, md: 'auto' },
          flex: { md: '1 1 46%' },
          minHeight: { xs: 320, md: 200 },
          background: 'var(--braid-palette-background-paper)',
        }}
      >
        <RunDiagram
          definitionKey={instance.data.processDefinitionKey}
          runKey={runKey}
          processId={instance.data.processDefinitionId}
          label={`Diagram of ${instance.data.processDefinitionName ?? instance.data.processDefinitionId}`}
          marks={marks}
          selected={selected}
          onSelect={(element) => set('element', element)}
          subscribeMoves={live.subscribeMoves}
          onOutline={setOutline}
        />
      </Box>
      <RunTabs
        tab={isRunTab(tab) ? tab : 'timeline'}
        onTab={(next) => set('tab', next)}
        instance={instance.data}
        live={live}
        names={names}
        selected={selected}
        onSelect={(element) => set('element', element)}
      />
    </Box>
  )
}

type RunDiagramProps = Omit<Parameters<typeof Diagram>[0], 'xml'> & {
  readonly definitionKey: string
  readonly runKey: string
}

function RunDiagram({ definitionKey, runKey, ...rest }: RunDiagramProps): ReactNode {
  const xml = useQuery(definitionXmlQuery(definitionKey))
  // What is no process may be a DAG, whose runs have a page of their own.
  const dag = useQuery({ ...dagQuery(definitionKey), enabled: xml.isError })
  if (dag.data !== undefined) return <Navigate to={`/dag-runs/${runKey}`} replace />
  if (xml.isError) return <Failure error={xml.error} onRetry={xml.refetch} />
  return xml.data === undefined ? null : <Diagram xml={xml.data} {...rest} />
}

const marksOf = (view: InstanceView): DiagramMarks => ({
  elements: view.elements,
  flows: new Set(view.flows.keys()),
})

const namesOf = (outline: readonly OutlineEntry[]): ElementNames =>
  new Map(flattenOutline(outline).map(({ id, name, kind }) => [id, { name, kind }]))

function useRefresh(runKey: string, version: number): void {
  const queryClient = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (version === 0) return
    // The first change starts the wait and later ones join it: a busy run still refreshes.
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void queryClient.invalidateQueries({ queryKey: ['process-instance', runKey] })
    }, refreshAfterMs)
  }, [runKey, version, queryClient])
  useEffect(() => () => clearTimeout(timer.current), [])
}
