import { operationUrl } from '@braid/contract/client.ts'
import type { DagDetail } from '@braid/contract/dag.ts'
import type { DagRunDetail } from '@braid/contract/dag-run.ts'
import Box from '@mui/material/Box'
import Drawer from '@mui/material/Drawer'
import Skeleton from '@mui/material/Skeleton'
import useMediaQuery from '@mui/material/useMediaQuery'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { api, baseUrl } from '../../api/client.ts'
import { dagQuery } from '../../dag/dag-queries.ts'
import { ExportMenu } from '../../dag/export-menu.tsx'
import { Failure } from '../../frame/list-states.tsx'
import { useTitle } from '../../frame/page.tsx'
import { Graph } from '../../graph/graph.tsx'
import { type LiveDagRun, useDagRun } from '../../live/use-dag-run.ts'
import { Announcer } from './announcer.tsx'
import { DagRunHeader } from './dag-run-header.tsx'
import { DagRunTabs, isDagRunTab } from './dag-run-tabs.tsx'
import { marksOf, saidByNode } from './graph-marks.ts'
import { TaskPane } from './task-pane.tsx'

/** One run of a DAG: which task does what, what it said, how long it took. */
export function DagRunPage(): ReactNode {
  const { dagRunKey = '' } = useParams()
  return <Loader key={dagRunKey} dagRunKey={dagRunKey} />
}

function Loader({ dagRunKey }: { readonly dagRunKey: string }): ReactNode {
  const live = useDagRun(dagRunKey)
  const { run } = live
  const dag = useQuery({ ...dagQuery(run?.dagKey ?? ''), enabled: run !== undefined })
  useTitle(run?.dagTitle ?? `Run ${dagRunKey}`)
  if (run === undefined)
    return live.refusal === undefined ? (
      <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />
    ) : (
      <Refused dagRunKey={dagRunKey} detail={live.refusal.detail} />
    )
  if (dag.isError) return <Failure error={dag.error} onRetry={dag.refetch} />
  if (dag.isPending) return <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />
  return <RunView run={run} dag={dag.data} live={live} />
}

/** Asked for in the usual way, the run says why it can't be seen in the usual words. */
function Refused(props: { readonly dagRunKey: string; readonly detail: string }): ReactNode {
  const { dagRunKey, detail } = props
  const run = useQuery({
    queryKey: ['dag-run', dagRunKey],
    queryFn: ({ signal }) => api.getDagRun({ params: { dagRunKey }, signal }),
  })
  if (run.isPending) return <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />
  return <Failure error={run.error ?? new Error(detail)} />
}

type RunViewProps = { readonly run: DagRunDetail; readonly dag: DagDetail; readonly live: LiveDagRun }

function RunView({ run, dag, live }: RunViewProps): ReactNode {
  const [parameters, setParameters] = useSearchParams()
  const said = useMemo(() => saidByNode(live.output), [live.output])
  const marks = useMemo(() => marksOf(run.nodes, said), [run.nodes, said])
  const selected = parameters.get('node') || undefined
  const taskKey = parameters.get('task') || undefined
  const tab = parameters.get('tab') ?? 'tasks'
  const set = (name: 'node' | 'tab' | 'task', value: string | undefined): void =>
    setParameters(
      (before) => {
        if (value === undefined) before.delete(name)
        else before.set(name, value)
        return before
      },
      { replace: true },
    )
  const svg = operationUrl(baseUrl, 'getDagRunSvg', { params: { dagRunKey: run.dagRunKey } })
  return (
    <Box sx={{ height: { md: '100%' }, display: 'flex', flexDirection: 'column' }}>
      <Announcer run={run} dag={dag} />
      <DagRunHeader run={run} dag={dag} />
      <Box sx={{ flex: 1, minHeight: 0, display: 'flex' }}>
        <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
          <Box
            sx={{
              height: { xs: 300, md: 'auto' },
              flex: { md: '1 1 44%' },
              minHeight: { xs: 300, md: 180 },
              flexShrink: 0,
              background: 'var(--braid-palette-background-paper)',
            }}
          >
            <Graph
              graph={dag.graph}
              label={`Graph of ${dag.title}`}
              marks={marks}
              selected={selected}
              onSelect={(node) => set('node', node)}
              tools={<ExportMenu fileName={`${dag.dagId.replace('/', '-')}-${run.dagRunKey}`} svg={svg} />}
            />
          </Box>
          <DagRunTabs
            tab={isDagRunTab(tab) ? tab : 'tasks'}
            onTab={(next) => set('tab', next)}
            run={run}
            dag={dag}
            live={live}
            selected={selected}
            onSelect={(node) => set('node', node)}
            onTask={(key) => set('task', key)}
          />
        </Box>
        <Beside open={taskKey !== undefined} onClose={() => set('task', undefined)}>
          {taskKey !== undefined && (
            <TaskPane
              key={taskKey}
              taskKey={taskKey}
              run={run}
              dag={dag}
              live={live}
              onClose={() => set('task', undefined)}
            />
          )}
        </Beside>
      </Box>
    </Box>
  )
}

/** Beside the rest where there is room, above it elsewhere. */
function Beside(props: {
  readonly open: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}): ReactNode {
  const roomy = useMediaQuery('(min-width: 1100px)')
  if (!roomy)
    return (
      <Drawer
        anchor="right"
        open={props.open}
        onClose={props.onClose}
        slotProps={{ paper: { sx: { width: 'min(100%, 480px)' } } }}
      >
        {props.children}
      </Drawer>
    )
  if (!props.open) return null
  return (
    <Box
      sx={{
        width: 420,
        flexShrink: 0,
        borderLeft: 1,
        borderColor: 'divider',
        overflow: 'auto',
        background: 'var(--braid-palette-background-paper)',
      }}
    >
      {props.children}
    </Box>
  )
}
