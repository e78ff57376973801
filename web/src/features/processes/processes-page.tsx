import type { ProcessDefinition } from '@braid/contract/process-definition.ts'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink } from 'react-router'
import { latestDefinitionsQuery } from '../../api/queries.ts'
import { DeployResult } from '../../deploy/deploy-result.tsx'
import { DeployButton, DropZone } from '../../deploy/drop-zone.tsx'
import { useDeploy } from '../../deploy/use-deploy.ts'
import { FoundList } from '../../frame/found-list.tsx'
import { PlayIcon, ProcessIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { StartDialog } from '../../start/start-dialog.tsx'
import { DecisionList } from './decision-list.tsx'

/** Everything that can be started, in its latest version. */
export function ProcessesPage(): ReactNode {
  const definitions = useInfiniteQuery(latestDefinitionsQuery)
  const deploy = useDeploy()
  const [starting, setStarting] = useState<ProcessDefinition>()
  return (
    <Page
      title="Processes"
      subtitle="Drop BPMN files, DMN files and forms anywhere on this page to deploy them."
      actions={<DeployButton onFiles={deploy.deploy} pending={deploy.pending} />}
    >
      <DropZone onFiles={deploy.deploy} />
      <DeployResult outcome={deploy.outcome} onDismiss={deploy.dismiss} />
      <FoundList
        found={definitions}
        empty={
          <Empty icon={ProcessIcon} title="No processes yet">
            Drop a BPMN file here. It may come from any modeler.
          </Empty>
        }
      >
        {(items) => <DefinitionTable items={items} onStart={setStarting} />}
      </FoundList>
      <DecisionList />
      {starting !== undefined && <StartDialog definition={starting} onClose={() => setStarting(undefined)} />}
    </Page>
  )
}

function DefinitionTable(props: {
  readonly items: readonly ProcessDefinition[]
  readonly onStart: (definition: ProcessDefinition) => void
}): ReactNode {
  return (
    <TableContainer>
      <Table>
        <TableHead>
          <TableRow>
            <TableCell>Process</TableCell>
            <TableCell>Version</TableCell>
            <TableCell sx={{ display: { xs: 'none', sm: 'table-cell' } }}>File</TableCell>
            <TableCell />
          </TableRow>
        </TableHead>
        <TableBody>
          {props.items.map((definition) => (
            <DefinitionRow
              key={definition.processDefinitionKey}
              definition={definition}
              onStart={props.onStart}
            />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}

function DefinitionRow(props: {
  readonly definition: ProcessDefinition
  readonly onStart: (definition: ProcessDefinition) => void
}): ReactNode {
  const { definition } = props
  const id = definition.processDefinitionId
  return (
    <TableRow hover>
      <TableCell>
        <Link
          component={RouterLink}
          to={`/processes/${encodeURIComponent(id)}`}
          sx={{ fontWeight: 600, fontSize: '0.9375rem' }}
        >
          {definition.name ?? id}
        </Link>
        {definition.name !== undefined && (
          <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
            {id}
          </Typography>
        )}
      </TableCell>
      <TableCell>
        {definition.version}
        {definition.versionTag !== undefined && ` · ${definition.versionTag}`}
      </TableCell>
      <TableCell sx={{ display: { xs: 'none', sm: 'table-cell' }, color: 'text.secondary' }}>
        {definition.resourceName}
      </TableCell>
      <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>
        <Button
          size="small"
          component={RouterLink}
          to={`/runs?process=${encodeURIComponent(id)}`}
          sx={{ mr: 1, display: { xs: 'none', sm: 'inline-flex' } }}
        >
          Runs
        </Button>
        <Button
          size="small"
          variant="outlined"
          startIcon={<PlayIcon />}
          aria-label={`Start ${definition.name ?? id}`}
          onClick={() => props.onStart(definition)}
        >
          Start
        </Button>
      </TableCell>
    </TableRow>
  )
}
