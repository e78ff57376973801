import type { Session } from '@braid/contract/access.ts'
import { isOver, type RuntimeList } from '@braid/contract/execution.ts'
import type { ScriptWithSource } from '@braid/contract/script.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { api } from '../../api/client.ts'
import { may } from '../../api/session.ts'
import { useFailureNotice } from '../../frame/notices.tsx'
import { useExecution } from '../../script/use-execution.ts'
import { useRunActions } from '../../script/use-run-actions.ts'
import type { Content } from './draft.ts'
import { runRequest, whyNotRun } from './runnable.ts'
import { type DraftControl, useDraft } from './use-draft.ts'
import { useReplace } from './use-replace.tsx'
import { mayChange } from './use-saving.ts'

export type EditorProps = {
  readonly session: Session
  readonly runtimes: RuntimeList
  /** Absent: it was never saved. */
  readonly script: ScriptWithSource | undefined
  /** What the script is in its newest version, or what a new one begins with. */
  readonly saved: Content
}

export type Editor = ReturnType<typeof useEditor>

/** What is written, what runs, and what may be done about both. */
export function useEditor({ session, runtimes, script, saved }: EditorProps) {
  const scriptKey = script?.scriptKey ?? 'new'
  const draft = useDraft({ username: session.username, scriptKey, saved, version: script?.version })
  const [parameters, setParameters] = useSearchParams()
  const set = (changes: Readonly<Record<string, string>>): void =>
    setParameters((before) => new URLSearchParams({ ...Object.fromEntries(before), ...changes }), {
      replace: true,
    })
  const watch = (run: string): void => set({ run, tab: 'output' })
  const runKey = parameters.get('run') ?? undefined
  const live = useExecution(runKey)
  const { cancel, retry } = useRunActions(watch)
  const execute = useExecute(watch)
  const load = useLoad(draft)
  const replace = useReplace(draft)

  const mayRun = may(session, 'execution:create')
  const maySave = script === undefined ? may(session, 'script:create') : mayChange(session, script)
  const obstacle = whyNotRun(draft.content, draft.settings, runtimes)
  const run = (): void => {
    if (!mayRun || obstacle !== undefined || execute.isPending) return
    const unchanged = script !== undefined && !draft.changed ? script : undefined
    execute.mutate(runRequest(draft.content, draft.settings, unchanged))
  }
  const { execution } = live
  const stoppable = mayRun && runKey !== undefined && execution !== undefined && !isOver(execution.state)
  return {
    draft,
    replace,
    mayRun,
    mayWrite: mayRun || maySave || may(session, 'script:create'),
    obstacle,
    run,
    execute,
    /** Absent: nothing runs that could be stopped. */
    stop: stoppable && execution.own ? () => cancel.mutate(execution.executionKey) : undefined,
    stopping: cancel.isPending,
    retry: retry.mutate,
    load: load.mutate,
    runKey,
    live,
    watch,
    tab: parameters.get('tab'),
    setTab: (tab: string) => set({ tab }),
  }
}

function useExecute(onStarted: (executionKey: string) => void) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: ReturnType<typeof runRequest>) => api.executeScript({ body }),
    onSuccess: ({ executionKey }) => onStarted(executionKey),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['executions'] }),
  })
}

/** Takes what a run ran back into the editor. */
function useLoad(draft: DraftControl) {
  const replace = useReplace(draft)
  const onError = useFailureNotice()
  return useMutation({
    mutationFn: (executionKey: string) => api.getExecution({ params: { executionKey } }),
    onSuccess: ({ script, language, version, stdin, input }) => {
      const hasInput = Object.keys(input).length > 0
      draft.changeSettings({ stdin, input: hasInput ? JSON.stringify(input, null, 2) : '' })
      replace(
        { source: script, language, languageVersion: version },
        'The source of that run is in the editor.',
      )
    },
    onError,
  })
}
