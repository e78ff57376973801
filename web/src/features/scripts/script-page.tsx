import type { Session } from '@braid/contract/access.ts'
import type { RuntimeList } from '@braid/contract/execution.ts'
import type { ScriptWithSource } from '@braid/contract/script.ts'
import Skeleton from '@mui/material/Skeleton'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { useParams } from 'react-router'
import { sessionQuery } from '../../api/session.ts'
import { Failure } from '../../frame/list-states.tsx'
import { useTitle } from '../../frame/page.tsx'
import { exampleScriptsQuery, runtimesQuery, scriptQuery } from '../../script/script-queries.ts'
import type { Content } from './draft.ts'
import { ScriptEditor } from './script-editor.tsx'

const newScript = 'new'

/** A script is written, run, and kept. */
export function ScriptPage(): ReactNode {
  const { scriptKey = newScript } = useParams()
  return scriptKey === newScript ? (
    <NewScript key={newScript} />
  ) : (
    <SavedScript key={scriptKey} scriptKey={scriptKey} />
  )
}

const Loading = (): ReactNode => <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />

/** Begins with an example in a language that can be run, so that Run does something at once. */
function NewScript(): ReactNode {
  useTitle('New script')
  const session = useQuery(sessionQuery).data
  const runtimes = useQuery(runtimesQuery)
  const examples = useQuery(exampleScriptsQuery)
  const start = useMemo((): Content | undefined => {
    if (runtimes.data === undefined || examples.data === undefined) return undefined
    const [first] = runtimes.data.items
    const language = first?.language ?? 'python'
    const example = examples.data.find((one) => one.language === language)
    return { language, languageVersion: first?.version ?? '', source: example?.script ?? '' }
  }, [runtimes.data, examples.data])
  if (runtimes.isError) return <Failure error={runtimes.error} onRetry={runtimes.refetch} />
  if (examples.isError) return <Failure error={examples.error} onRetry={examples.refetch} />
  if (start === undefined || runtimes.data === undefined || session == null) return <Loading />
  return <ScriptEditor session={session} runtimes={runtimes.data} script={undefined} saved={start} />
}

function SavedScript({ scriptKey }: { readonly scriptKey: string }): ReactNode {
  const session = useQuery(sessionQuery).data
  const runtimes = useQuery(runtimesQuery)
  const script = useQuery(scriptQuery(scriptKey))
  useTitle(script.data?.name ?? 'Script')
  if (script.isError) return <Failure error={script.error} onRetry={script.refetch} />
  if (runtimes.isError) return <Failure error={runtimes.error} onRetry={runtimes.refetch} />
  if (script.data === undefined || runtimes.data === undefined || session == null) return <Loading />
  return <Saved session={session} runtimes={runtimes.data} script={script.data} />
}

function Saved(props: {
  readonly session: Session
  readonly runtimes: RuntimeList
  readonly script: ScriptWithSource
}): ReactNode {
  const { source, language, languageVersion } = props.script
  const saved = useMemo(() => ({ source, language, languageVersion }), [source, language, languageVersion])
  return <ScriptEditor {...props} saved={saved} />
}
