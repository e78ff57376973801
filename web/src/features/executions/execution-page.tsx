import type { Session } from '@braid/contract/access.ts'
import type { ExecutionDetail } from '@braid/contract/execution.ts'
import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { sessionQuery } from '../../api/session.ts'
import { Failure } from '../../frame/list-states.tsx'
import { useTitle } from '../../frame/page.tsx'
import { PageTabs } from '../../frame/page-tabs.tsx'
import { LazyCodeEditor } from '../../script/lazy-code-editor.tsx'
import { RunOutput } from '../../script/run-output.tsx'
import { executionQuery } from '../../script/script-queries.ts'
import { useExecution } from '../../script/use-execution.ts'
import { EventsTab } from './events-tab.tsx'
import { ExecutionHeader } from './execution-header.tsx'
import { InputTab } from './input-tab.tsx'

const labels = { output: 'Output', script: 'Script', input: 'Input', events: 'Events' } as const
type TabName = keyof typeof labels
const tabOf = (text: string | null): TabName =>
  text !== null && text in labels ? (text as TabName) : 'output'

/** One run of a script: what it wrote, what it ran, and how it went. */
export function ExecutionPage(): ReactNode {
  const { executionKey = '' } = useParams()
  return <Loader key={executionKey} executionKey={executionKey} />
}

function Loader({ executionKey }: { readonly executionKey: string }): ReactNode {
  const session = useQuery(sessionQuery).data
  const run = useQuery(executionQuery(executionKey))
  useTitle(`Run ${executionKey}`)
  if (run.isError) return <Failure error={run.error} onRetry={run.refetch} />
  if (run.isPending || session == null) return <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />
  return <RunView run={run.data} session={session} />
}

function RunView({ run, session }: { readonly run: ExecutionDetail; readonly session: Session }): ReactNode {
  const [parameters, setParameters] = useSearchParams()
  const live = useExecution(run.executionKey)
  const tab = tabOf(parameters.get('tab'))
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <ExecutionHeader run={{ ...run, ...live.execution }} session={session} />
      <PageTabs
        of="run"
        labels={labels}
        tab={tab}
        onTab={(next) => setParameters({ tab: next }, { replace: true })}
        panelSx={{ minHeight: 240, background: 'var(--braid-palette-background-paper)' }}
      >
        {tab === 'output' && <RunOutput live={live} withoutFacts />}
        {tab === 'script' && (
          <LazyCodeEditor value={run.script} language={run.language} label="Source of the script" />
        )}
        {tab === 'input' && <InputTab run={run} />}
        {tab === 'events' && <EventsTab executionKey={run.executionKey} />}
      </PageTabs>
    </Box>
  )
}
