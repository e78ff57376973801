import type { Worker } from '@braid/contract/worker.ts'
import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../../api/client.ts'
import { listRefreshMs } from '../../api/queries.ts'
import { WorkersIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { monospace } from '../../theme/theme.ts'

/** Job types shown before "and … more". */
const typesAtFirst = 12

/** Who does jobs: nodes and programs. */
export function WorkersPage(): ReactNode {
  const workers = useQuery({
    queryKey: ['workers'],
    queryFn: async ({ signal }) => (await api.listWorkers({ signal })).items,
    refetchInterval: listRefreshMs,
  })
  return (
    <Page
      title="Workers"
      subtitle="Nodes of this installation and programs that take jobs over the API, as seen lately."
      maxWidth={1080}
    >
      {workers.isPending ? (
        <LoadingRows />
      ) : workers.isError ? (
        <Failure error={workers.error} onRetry={workers.refetch} />
      ) : workers.data.length === 0 ? (
        <Paper variant="outlined">
          <Empty icon={WorkersIcon} title="No worker was seen lately">
            A worker shows here once it asks for jobs.
          </Empty>
        </Paper>
      ) : (
        <Box
          component="ul"
          aria-label="Workers"
          sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1.5 }}
        >
          {workers.data.map((worker) => (
            <WorkerCard key={`${worker.kind} ${worker.name}`} worker={worker} />
          ))}
        </Box>
      )}
    </Page>
  )
}

const modes: Record<NonNullable<Worker['mode']>, string> = {
  ALL: 'node: serves and works',
  API: 'node: serves',
  WORKER: 'node: works',
  TEST: 'node: test mode',
}

function WorkerCard({ worker }: { readonly worker: Worker }): ReactNode {
  const { name, kind, mode, state, tags, jobTypes, running, seenAt } = worker
  const more = jobTypes.length - typesAtFirst
  return (
    <Paper component="li" variant="outlined" aria-label={name} sx={{ p: 2 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}>
        <Typography variant="h2" sx={{ overflowWrap: 'anywhere' }}>
          {name}
        </Typography>
        <StateChip state={state} />
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {mode === undefined ? (kind === 'node' ? 'node' : 'client of the API') : modes[mode]}
        </Typography>
        {tags.map((tag) => (
          <Chip key={tag} size="small" variant="outlined" label={tag} />
        ))}
        <Box sx={{ flex: 1 }} />
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {running === 1 ? '1 job now' : `${running.toLocaleString()} jobs now`}
        </Typography>
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          seen <RelativeTime at={seenAt} />
        </Typography>
      </Box>
      {jobTypes.length > 0 && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, mt: 1.5 }}>
          {jobTypes.slice(0, typesAtFirst).map((type) => (
            <Chip key={type} size="small" label={type} sx={{ fontFamily: monospace }} />
          ))}
          {more > 0 && (
            <Typography variant="caption" sx={{ color: 'text.secondary' }}>
              and {more} more
            </Typography>
          )}
        </Box>
      )}
    </Paper>
  )
}
