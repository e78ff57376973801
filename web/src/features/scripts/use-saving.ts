import type { Session } from '@braid/contract/access.ts'
import type { ScriptWithSource } from '@braid/contract/script.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { may } from '../../api/session.ts'
import { useFailureNotice, useNotices } from '../../frame/notices.tsx'
import { scriptQuery } from '../../script/script-queries.ts'
import type { Details } from './details-dialog.tsx'
import type { Content } from './draft.ts'

/** Owners change theirs, and who may do everything what others share. */
export const mayChange = (session: Session, script: ScriptWithSource): boolean =>
  may(session, 'script:update') && (script.own || session.grants.includes('*'))

/** Ways to keep what is in the editor. */
export function useSaving(on: {
  readonly created: (script: ScriptWithSource) => void
  readonly updated: (script: ScriptWithSource) => void
  readonly deleted: () => void
}) {
  const queryClient = useQueryClient()
  const show = useNotices()
  const known = useKnown()
  const create = useMutation({
    mutationFn: (body: Content & Details) => api.createScript({ body }),
    onSuccess: (script) => {
      known(script)
      show({ severity: 'success', text: `${script.name} is saved.` })
      on.created(script)
    },
  })
  const update = useMutation({
    mutationFn: (change: ScriptChange) => api.updateScript(change),
    onSuccess: (script) => {
      known(script)
      show({ severity: 'success', text: `Saved as version ${script.version}.` })
      on.updated(script)
    },
  })
  const remove = useMutation({
    mutationFn: (scriptKey: string) => api.deleteScript({ params: { scriptKey } }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['scripts', 'list'] })
      void queryClient.invalidateQueries({ queryKey: ['schedules'] })
      on.deleted()
    },
  })
  return { create, update, remove }
}

/** An older version becomes the newest one. */
export function useRestore(scriptKey: string, onRestored: () => void) {
  const show = useNotices()
  const onError = useFailureNotice()
  const known = useKnown()
  return useMutation({
    mutationFn: async (version: number) => {
      const { source, language, languageVersion } = await api.getScriptVersion({
        params: { scriptKey, version },
      })
      return await api.updateScript({ params: { scriptKey }, body: { source, language, languageVersion } })
    },
    onSuccess: (script, version) => {
      known(script)
      show({ severity: 'success', text: `Version ${version} is back, as version ${script.version}.` })
      onRestored()
    },
    onError,
  })
}

/** What is read of scripts elsewhere is read again. */
function useKnown(): (script: ScriptWithSource) => void {
  const queryClient = useQueryClient()
  return (script) => {
    queryClient.setQueryData(scriptQuery(script.scriptKey).queryKey, script)
    void queryClient.invalidateQueries({ queryKey: ['scripts', 'list'] })
    void queryClient.invalidateQueries({ queryKey: ['scripts', 'versions'] })
  }
}

type ScriptChange = Parameters<typeof api.updateScript>[0]
