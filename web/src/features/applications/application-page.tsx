import type { Application } from '@braid/contract/application-api.ts'
import Alert from '@mui/material/Alert'
import AlertTitle from '@mui/material/AlertTitle'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink, useParams } from 'react-router'
import { applicationQuery, recordsPath, screenPath } from '../../application/application-queries.ts'
import { dagPath } from '../../dag/dag-run-state.ts'
import { StartRunDialog } from '../../dag/start-run-dialog.tsx'
import { PlayIcon } from '../../frame/icons.tsx'
import { JsonBlock } from '../../frame/json-block.tsx'
import { Failure } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { monospace } from '../../theme/theme.ts'
import { Settings } from './settings.tsx'

/** One application with all that it brings. */
export function ApplicationPage(): ReactNode {
  const { application: name = '' } = useParams()
  const application = useQuery(applicationQuery(name))
  if (application.isError) return <Failure error={application.error} onRetry={application.refetch} />
  if (application.isPending) return <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />
  return <View application={application.data} />
}

type Part = { readonly application: Application }

function View({ application }: Part): ReactNode {
  const { name, title, version, description, error } = application
  return (
    <Page
      title={title}
      maxWidth={1080}
      subtitle={
        <>
          <Link component={RouterLink} to="/applications" color="inherit">
            Applications
          </Link>{' '}
          / {name}
          {version !== undefined && ` · ${version}`}
        </>
      }
      actions={<StateChip state={application.state} />}
    >
      {description !== undefined && <Typography sx={{ mb: 2 }}>{description}</Typography>}
      {error !== undefined && <Broken error={error} />}
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: 'minmax(0, 1fr)' }}>
        <Screens application={application} />
        <Dags application={application} />
        <Models application={application} />
        <Tasks application={application} />
        <Endpoints application={application} />
        <Processes application={application} />
        <Settings application={application} />
      </Box>
    </Page>
  )
}

function Broken({ error }: { readonly error: NonNullable<Application['error']> }): ReactNode {
  return (
    <Alert severity="error" sx={{ mb: 3 }}>
      <AlertTitle>It could not be loaded; everything else works</AlertTitle>
      <Box sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{error.message}</Box>
      {error.place !== undefined && (
        <Box
          component="code"
          sx={{ display: 'block', mt: 1, fontFamily: monospace, overflowWrap: 'anywhere' }}
        >
          {error.place}
        </Box>
      )}
    </Alert>
  )
}

function Section(props: {
  readonly title: string
  readonly count: number
  readonly children: ReactNode
}): ReactNode {
  if (props.count === 0) return null
  return (
    <Box component="section" aria-label={props.title}>
      <Typography variant="h2" sx={{ mb: 1 }}>
        {props.title}
      </Typography>
      <Paper variant="outlined" component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {props.children}
      </Paper>
    </Box>
  )
}

function Row(props: { readonly children: ReactNode; readonly action?: ReactNode }): ReactNode {
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 2,
        px: 2,
        py: 1.25,
        '& + &': { borderTop: 1, borderColor: 'divider' },
      }}
    >
      <Box sx={{ flex: 1, minWidth: 0 }}>{props.children}</Box>
      {props.action}
    </Box>
  )
}

const strong = { fontWeight: 600 } as const

function Caption({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Typography
      variant="caption"
      component="div"
      sx={{ color: 'text.secondary', fontFamily: monospace, overflowWrap: 'anywhere' }}
    >
      {children}
    </Typography>
  )
}

function Screens({ application }: Part): ReactNode {
  return (
    <Section title="Screens" count={application.screens.length}>
      {application.screens.map(({ name, title }) => (
        <Row key={name}>
          <Link component={RouterLink} to={screenPath(application.name, name)} sx={strong}>
            {title}
          </Link>
        </Row>
      ))}
    </Section>
  )
}

function Dags({ application }: Part): ReactNode {
  const [starting, setStarting] = useState<Application['dags'][number]>()
  return (
    <Section title="DAGs" count={application.dags.length}>
      {application.dags.map((dag) => (
        <Row
          key={dag.dagId}
          action={
            <Button
              size="small"
              variant="outlined"
              startIcon={<PlayIcon />}
              aria-label={`Run ${dag.title}`}
              onClick={() => setStarting(dag)}
            >
              Run
            </Button>
          }
        >
          <Link component={RouterLink} to={dagPath(dag.dagId)} sx={strong}>
            {dag.title}
          </Link>
          <Caption>{dag.dagId}</Caption>
        </Row>
      ))}
      {starting !== undefined && (
        <StartRunDialog
          dag={{ dagId: starting.dagId }}
          title={starting.title}
          onClose={() => setStarting(undefined)}
        />
      )}
    </Section>
  )
}

function Models({ application }: Part): ReactNode {
  return (
    <Section title="Models" count={application.models.length}>
      {application.models.map(({ name, title }) => (
        <Row key={name}>
          <Link component={RouterLink} to={recordsPath(application.name, name)} sx={strong}>
            {title}
          </Link>
          <Caption>{name}</Caption>
        </Row>
      ))}
    </Section>
  )
}

function Schemas(props: { readonly input: unknown; readonly output: unknown }): ReactNode {
  return (
    <Box component="details" sx={{ mt: 0.5 }}>
      <Box component="summary" sx={{ cursor: 'pointer', color: 'text.secondary', fontSize: '0.7656rem' }}>
        Input and output
      </Box>
      <Box sx={{ mt: 1 }}>
        <JsonBlock title="Input" value={props.input} />
        <JsonBlock title="Output" value={props.output} />
      </Box>
    </Box>
  )
}

function Tasks({ application }: Part): ReactNode {
  return (
    <Section title="Tasks" count={application.tasks.length}>
      {application.tasks.map(({ name, title, jobType, tags, inputSchema, outputSchema }) => (
        <Row key={name}>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}>
            <Typography variant="body2" sx={strong}>
              {title}
            </Typography>
            {tags.map((tag) => (
              <Chip key={tag} size="small" variant="outlined" label={tag} />
            ))}
          </Box>
          <Caption>{jobType}</Caption>
          <Schemas input={inputSchema} output={outputSchema} />
        </Row>
      ))}
    </Section>
  )
}

function Endpoints({ application }: Part): ReactNode {
  return (
    <Section title="Endpoints" count={application.routes.length}>
      {application.routes.map(({ method, path, summary, permission, inputSchema, outputSchema }) => (
        <Row key={`${method} ${path}`}>
          <Typography variant="body2" sx={strong}>
            {summary}
          </Typography>
          <Caption>
            {method} {path} · needs {permission}
          </Caption>
          <Schemas input={inputSchema} output={outputSchema} />
        </Row>
      ))}
    </Section>
  )
}

function Processes({ application }: Part): ReactNode {
  const files = [...application.processes, ...application.forms]
  return (
    <Section title="Processes and forms" count={files.length}>
      {files.map((file) => (
        <Row key={file}>
          <Caption>{file}</Caption>
        </Row>
      ))}
    </Section>
  )
}
