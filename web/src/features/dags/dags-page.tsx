import type { Dag } from '@braid/contract/dag.ts'
import type { DagRun } from '@braid/contract/dag-run.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { Link as RouterLink } from 'react-router'
import { type DagFilter, dagsQuery, lastRunsQuery } from '../../dag/dag-queries.ts'
import { chipOf, dagPath } from '../../dag/dag-run-state.ts'
import { StartRunDialog } from '../../dag/start-run-dialog.tsx'
import { DeployResult } from '../../deploy/deploy-result.tsx'
import { DeployButton, DropZone } from '../../deploy/drop-zone.tsx'
import { useDeploy } from '../../deploy/use-deploy.ts'
import { FilterRow, like, NoMatch, TextFilter, useFilters } from '../../frame/filters.tsx'
import { FoundList } from '../../frame/found-list.tsx'
import { DagIcon, PlayIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { nextTimesQuery } from '../../schedule/schedule-queries.ts'

const wide = { display: { xs: 'none', md: 'table-cell' } } as const

function filterOf(parameters: URLSearchParams): DagFilter {
  const [title, application] = [parameters.get('title'), parameters.get('application')]
  return {
    ...(title ? { title: like(title) } : {}),
    ...(application ? { application: like(application) } : {}),
  }
}

/** Every DAG in its latest version: how it did, and when it runs next. */
export function DagsPage(): ReactNode {
  const filters = useFilters()
  const { parameters } = filters
  const filter = useMemo(() => filterOf(parameters), [parameters])
  const dags = useInfiniteQuery({ ...dagsQuery(filter), placeholderData: keepPreviousData })
  const deploy = useDeploy()
  const [starting, setStarting] = useState<Dag>()
  return (
    <Page
      title="DAGs"
      subtitle="Tasks in the order of what they need. Drop .dag.yaml files anywhere on this page to deploy them."
      actions={<DeployButton onFiles={deploy.deploy} pending={deploy.pending} />}
    >
      <DropZone onFiles={deploy.deploy} />
      <DeployResult outcome={deploy.outcome} onDismiss={deploy.dismiss} />
      <FilterRow columns="320px 220px">
        <TextFilter label="Title" name="title" filters={filters} />
        <TextFilter label="Application" name="application" filters={filters} />
      </FilterRow>
      <FoundList found={dags} empty={<NoDags filtered={parameters.size > 0} onClear={filters.clear} />}>
        {(items) => <DagTable items={items} onStart={setStarting} />}
      </FoundList>
      {starting !== undefined && (
        <StartRunDialog
          dag={{ dagKey: starting.dagKey }}
          title={starting.title}
          onClose={() => setStarting(undefined)}
        />
      )}
    </Page>
  )
}

function NoDags(props: { readonly filtered: boolean; readonly onClear: () => void }): ReactNode {
  if (props.filtered) return <NoMatch icon={DagIcon} title="No DAG matches" onClear={props.onClear} />
  return (
    <Empty icon={DagIcon} title="No DAGs yet">
      Write one in TypeScript in an application, or drop a .dag.yaml file here.
    </Empty>
  )
}

function DagTable(props: {
  readonly items: readonly Dag[]
  readonly onStart: (dag: Dag) => void
}): ReactNode {
  const ids = useMemo(() => props.items.map(({ dagId }) => dagId), [props.items])
  const last = useQuery(lastRunsQuery(ids))
  const next = useQuery(nextTimesQuery)
  return (
    <TableContainer>
      <Table aria-label="DAGs">
        <TableHead>
          <TableRow>
            <TableCell>DAG</TableCell>
            <TableCell sx={wide}>Application</TableCell>
            <TableCell sx={wide}>Version</TableCell>
            <TableCell>Last run</TableCell>
            <TableCell sx={wide}>Next run</TableCell>
            <TableCell />
          </TableRow>
        </TableHead>
        <TableBody>
          {props.items.map((dag) => (
            <DagRow
              key={dag.dagKey}
              dag={dag}
              last={last.data?.get(dag.dagId)}
              next={next.data?.get(dag.dagId)}
              onStart={() => props.onStart(dag)}
            />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}

function DagRow(props: {
  readonly dag: Dag
  readonly last: DagRun | undefined
  readonly next: string | undefined
  readonly onStart: () => void
}): ReactNode {
  const { dag, last, next } = props
  return (
    <TableRow hover>
      <TableCell>
        <Link
          component={RouterLink}
          to={dagPath(dag.dagId)}
          sx={{ fontWeight: 600, fontSize: '0.9375rem', overflowWrap: 'anywhere' }}
        >
          {dag.title}
        </Link>
        {dag.title !== dag.dagId && (
          <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
            {dag.dagId}
          </Typography>
        )}
      </TableCell>
      <TableCell sx={wide}>
        {dag.application !== undefined && (
          <Link component={RouterLink} to={`/applications/${encodeURIComponent(dag.application)}`}>
            {dag.application}
          </Link>
        )}
      </TableCell>
      <TableCell sx={wide}>{dag.version}</TableCell>
      <TableCell>
        {last !== undefined && (
          <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1 }}>
            <Link component={RouterLink} to={`/dag-runs/${last.dagRunKey}`} underline="none">
              <StateChip state={chipOf(last.state)} />
            </Link>
            <Typography variant="caption" sx={{ color: 'text.secondary' }}>
              <RelativeTime at={last.createdAt} />
            </Typography>
          </Box>
        )}
      </TableCell>
      <TableCell sx={wide}>{next !== undefined && <RelativeTime at={next} />}</TableCell>
      <TableCell align="right">
        <Button
          size="small"
          variant="outlined"
          startIcon={<PlayIcon />}
          aria-label={`Run ${dag.title}`}
          onClick={props.onStart}
        >
          Run
        </Button>
      </TableCell>
    </TableRow>
  )
}
