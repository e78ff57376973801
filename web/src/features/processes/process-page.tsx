import { operationUrl } from '@braid/contract/client.ts'
import type { ProcessDefinition } from '@braid/contract/process-definition.ts'
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
import { baseUrl } from '../../api/client.ts'
import { definitionXmlQuery, versionsQuery } from '../../api/queries.ts'
import { DeployResult } from '../../deploy/deploy-result.tsx'
import { DropZone } from '../../deploy/drop-zone.tsx'
import { useDeploy } from '../../deploy/use-deploy.ts'
import { Diagram } from '../../diagram/diagram.tsx'
import { DownloadIcon, PlayIcon } from '../../frame/icons.tsx'
import { Failure } from '../../frame/list-states.tsx'
import { useTitle } from '../../frame/page.tsx'
import { StartDialog } from '../../start/start-dialog.tsx'

/** One process in one of its versions: diagram, start, file. */
export function ProcessPage(): ReactNode {
  const { processId = '' } = useParams()
  const [parameters, setParameters] = useSearchParams()
  const versions = useQuery(versionsQuery(processId))
  const deploy = useDeploy()
  useTitle(versions.data?.items[0]?.name ?? processId)

  if (versions.isError) return <Failure error={versions.error} onRetry={versions.refetch} />
  if (versions.isPending) return <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />
  const wanted = Number(parameters.get('version'))
  const definition = versions.data.items.find(({ version }) => version === wanted) ?? versions.data.items[0]
  if (definition === undefined) return <Failure error={new Error(`No process has the id “${processId}”.`)} />

  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <DropZone onFiles={deploy.deploy} />
      <Header
        definition={definition}
        versions={versions.data.items}
        onVersion={(version) => setParameters({ version: String(version) }, { replace: true })}
      />
      {deploy.outcome !== undefined && (
        <Box sx={{ px: { xs: 2, md: 4 }, pt: 2 }}>
          <DeployResult outcome={deploy.outcome} onDismiss={deploy.dismiss} />
        </Box>
      )}
      <DefinitionDiagram definition={definition} />
    </Box>
  )
}

function DefinitionDiagram({ definition }: { readonly definition: ProcessDefinition }): ReactNode {
  const xml = useQuery(definitionXmlQuery(definition.processDefinitionKey))
  const [selected, setSelected] = useState<string>()
  if (xml.isError) return <Failure error={xml.error} onRetry={xml.refetch} />
  return (
    <Box sx={{ flex: 1, minHeight: 280, background: 'var(--braid-palette-background-paper)' }}>
      {xml.data !== undefined && (
        <Diagram
          xml={xml.data}
          processId={definition.processDefinitionId}
          label={`Diagram of ${definition.name ?? definition.processDefinitionId}`}
          selected={selected}
          onSelect={setSelected}
        />
      )}
    </Box>
  )
}

type HeaderProps = {
  readonly definition: ProcessDefinition
  readonly versions: readonly ProcessDefinition[]
  readonly onVersion: (version: number) => void
}

function Header(props: HeaderProps): ReactNode {
  const { definition } = props
  const [starting, setStarting] = useState(false)
  const id = definition.processDefinitionId
  const xml = operationUrl(baseUrl, 'getProcessDefinitionXml', {
    params: { processDefinitionKey: definition.processDefinitionKey },
  })
  return (
    <Box
      component="header"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1.5,
        px: { xs: 2, md: 4 },
        py: 2,
        borderBottom: 1,
        borderColor: 'divider',
        background: 'var(--braid-palette-background-paper)',
      }}
    >
      <Box sx={{ flex: 1, minWidth: 200 }}>
        <Typography variant="caption" sx={{ color: 'text.secondary' }}>
          <Link component={RouterLink} to="/processes" color="inherit">
            Processes
          </Link>{' '}
          / {id}
        </Typography>
        <Typography variant="h1">{definition.name ?? id}</Typography>
      </Box>
      <VersionChooser {...props} />
      <Button
        component={RouterLink}
        to={`/runs?process=${encodeURIComponent(id)}&version=${definition.version}`}
        variant="outlined"
      >
        Runs
      </Button>
      <Button
        component="a"
        href={xml}
        download={definition.resourceName}
        variant="outlined"
        startIcon={<DownloadIcon />}
      >
        XML
      </Button>
      <Button variant="contained" startIcon={<PlayIcon />} onClick={() => setStarting(true)}>
        Start
      </Button>
      {starting && <StartDialog definition={definition} onClose={() => setStarting(false)} />}
    </Box>
  )
}

function VersionChooser(props: HeaderProps): ReactNode {
  return (
    <TextField
      select
      label="Version"
      value={props.definition.version}
      onChange={(event) => props.onVersion(Number(event.target.value))}
      sx={{ minWidth: 130 }}
    >
      {props.versions.map(({ version, versionTag }, index) => (
        <MenuItem key={version} value={version}>
          {version}
          {versionTag !== undefined && ` · ${versionTag}`}
          {index === 0 && ' (latest)'}
        </MenuItem>
      ))}
    </TextField>
  )
}
