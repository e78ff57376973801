import type { Application } from '@braid/contract/application-api.ts'
import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'
import { applicationPath, applicationsQuery } from '../../application/application-queries.ts'
import { AppsIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { StateChip } from '../../frame/state-chip.tsx'

/** What is installed. */
export function ApplicationsPage(): ReactNode {
  const applications = useQuery(applicationsQuery)
  return (
    <Page title="Applications" subtitle="Folders with tasks, DAGs, models and endpoints of your own.">
      {applications.isPending ? (
        <LoadingRows />
      ) : applications.isError ? (
        <Failure error={applications.error} onRetry={applications.refetch} />
      ) : applications.data.length === 0 ? (
        <Paper variant="outlined">
          <Empty icon={AppsIcon} title="No applications yet">
            Put a folder with an application.ts into the folder of applications, and start Braid again.
          </Empty>
        </Paper>
      ) : (
        <Box
          component="ul"
          aria-label="Applications"
          sx={{
            listStyle: 'none',
            m: 0,
            p: 0,
            display: 'grid',
            gap: 2,
            gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 320px), 1fr))',
          }}
        >
          {applications.data.map((application) => (
            <Card key={application.name} application={application} />
          ))}
        </Box>
      )}
    </Page>
  )
}

const counted = (count: number, one: string, many = `${one}s`): string | undefined =>
  count === 0 ? undefined : `${count} ${count === 1 ? one : many}`

function Card({ application }: { readonly application: Application }): ReactNode {
  const { name, title, version, description, state, error } = application
  const parts = [
    counted(application.dags.length, 'DAG'),
    counted(application.tasks.length, 'task'),
    counted(application.models.length, 'model'),
    counted(application.processes.length, 'process', 'processes'),
    counted(application.screens.length, 'screen'),
    counted(application.routes.length, 'endpoint'),
  ].filter((part) => part !== undefined)
  return (
    <Paper
      component="li"
      variant="outlined"
      aria-label={title}
      sx={{ p: 2, position: 'relative', '&:hover': { borderColor: 'primary.main' } }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        <Link
          component={RouterLink}
          to={applicationPath(name)}
          variant="h2"
          sx={{
            flex: 1,
            color: 'text.primary',
            '&::after': { content: '""', position: 'absolute', inset: 0 },
          }}
        >
          {title}
        </Link>
        <StateChip state={state} />
      </Box>
      <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
        {name}
        {version !== undefined && ` · ${version}`}
      </Typography>
      {description !== undefined && (
        <Typography variant="body2" sx={{ mt: 1 }}>
          {description}
        </Typography>
      )}
      {error !== undefined && (
        <Typography variant="body2" sx={{ mt: 1, color: 'error.main', overflowWrap: 'anywhere' }}>
          {error.message}
        </Typography>
      )}
      {parts.length > 0 && (
        <Typography variant="body2" sx={{ mt: 1, color: 'text.secondary' }}>
          {parts.join(' · ')}
        </Typography>
      )}
    </Paper>
  )
}
