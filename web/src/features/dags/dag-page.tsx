import type { Dag, DagDetail } from '@braid/contract/dag.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import MenuItem from '@mui/material/MenuItem'
import Skeleton from '@mui/material/Skeleton'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink, useParams, useSearchParams } from 'react-router'
import { dagQuery, dagVersionsQuery } from '../../dag/dag-queries.ts'
import { StartRunDialog } from '../../dag/start-run-dialog.tsx'
import { PlayIcon } from '../../frame/icons.tsx'
import { Failure } from '../../frame/list-states.tsx'
import { useTitle } from '../../frame/page.tsx'
import { PageTabs } from '../../frame/page-tabs.tsx'
import { GraphTab } from './graph-tab.tsx'
import { RunsTab } from './runs-tab.tsx'
import { SchedulesTab } from './schedules-tab.tsx'
import { SourceTab } from './source-tab.tsx'

const labels = { graph: 'Graph', runs: 'Runs', schedules: 'Schedules', source: 'Source' } as const
type TabName = keyof typeof labels
const panels: Record<TabName, (props: { readonly dag: DagDetail }) => ReactNode> = {
  graph: GraphTab,
  runs: RunsTab,
  schedules: SchedulesTab,
  source: SourceTab,
}
const tabOf = (text: string | null): TabName =>
  text !== null && text in labels ? (text as TabName) : 'graph'

/** One DAG in one of its versions: graph, runs, schedules, source. */
export function DagPage(): ReactNode {
  const { '*': dagId = '' } = useParams()
  const [parameters, setParameters] = useSearchParams()
  const versions = useQuery(dagVersionsQuery(dagId))
  const wanted = Number(parameters.get('version'))
  const chosen = versions.data?.items.find(({ version }) => version === wanted) ?? versions.data?.items[0]
  const dag = useQuery({ ...dagQuery(chosen?.dagKey ?? ''), enabled: chosen !== undefined })
  useTitle(chosen?.title ?? dagId)
  const tab = tabOf(parameters.get('tab'))
  const set = (name: 'tab' | 'version', value: string): void =>
    setParameters(
      (before) => {
        before.set(name, value)
        return before
      },
      { replace: true },
    )

  if (versions.isError) return <Failure error={versions.error} onRetry={versions.refetch} />
  if (dag.isError) return <Failure error={dag.error} onRetry={dag.refetch} />
  if (versions.isPending) return <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />
  if (chosen === undefined) return <Failure error={new Error(`No DAG has the id “${dagId}”.`)} />
  const Panel = panels[tab]
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <Header
        dag={chosen}
        versions={versions.data.items}
        onVersion={(version) => set('version', String(version))}
      />
      <PageTabs
        of="DAG"
        labels={labels}
        tab={tab}
        onTab={(next) => set('tab', next)}
        panelSx={{ minHeight: 0, overflow: 'auto' }}
      >
        {dag.data === undefined ? (
          <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />
        ) : (
          <Panel key={dag.data.dagKey} dag={dag.data} />
        )}
      </PageTabs>
    </Box>
  )
}

function Header(props: {
  readonly dag: Dag
  readonly versions: readonly Dag[]
  readonly onVersion: (version: number) => void
}): ReactNode {
  const { dag } = props
  const [starting, setStarting] = useState(false)
  return (
    <Box
      component="header"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1.5,
        px: { xs: 2, md: 4 },
        pt: 2,
        pb: 1,
        background: 'var(--braid-palette-background-paper)',
      }}
    >
      <Box sx={{ flex: 1, minWidth: 200 }}>
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
          <Link component={RouterLink} to="/dags" color="inherit">
            DAGs
          </Link>{' '}
          / {dag.dagId}
        </Typography>
        <Typography variant="h1">{dag.title}</Typography>
        {dag.description !== undefined && (
          <Typography variant="body2" sx={{ color: 'text.secondary', maxWidth: 760 }}>
            {dag.description}
          </Typography>
        )}
      </Box>
      <TextField
        select
        label="Version"
        value={dag.version}
        onChange={(event) => props.onVersion(Number(event.target.value))}
        sx={{ minWidth: 110 }}
      >
        {props.versions.map(({ version }, index) => (
          <MenuItem key={version} value={version}>
            {version}
            {index === 0 && ' (latest)'}
          </MenuItem>
        ))}
      </TextField>
      <Button variant="contained" startIcon={<PlayIcon />} onClick={() => setStarting(true)}>
        Run
      </Button>
      {starting && (
        <StartRunDialog dag={{ dagKey: dag.dagKey }} title={dag.title} onClose={() => setStarting(false)} />
      )}
    </Box>
  )
}
