import type { Session } from '@braid/contract/access.ts'
import type { ScriptWithSource } from '@braid/contract/script.ts'
import { type ReactNode, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { isStatus } from '../../api/client.ts'
import { may } from '../../api/session.ts'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { useFailureNotice } from '../../frame/notices.tsx'
import { type Details, DetailsDialog } from './details-dialog.tsx'
import { usualSettings, writeStored } from './draft.ts'
import { EditorHeader, type HeaderProps } from './editor-header.tsx'
import { nothingLeft } from './leave-guard.tsx'
import type { DraftControl } from './use-draft.ts'
import { mayChange, useSaving } from './use-saving.ts'

type Question = 'create' | 'details' | 'delete' | 'newer'

type ScriptHeaderProps = {
  readonly session: Session
  readonly script: ScriptWithSource | undefined
  readonly draft: DraftControl
  readonly run: HeaderProps['run']
}

/** What is done with the script as a whole, with the questions that are asked for it. */
export function ScriptHeader({ session, script, draft, run }: ScriptHeaderProps): ReactNode {
  const [question, setQuestion] = useState<Question>()
  const { create, update, remove, save } = useKeeping({ session, script, draft }, setQuestion)
  const ask = (next: Question) => () => {
    for (const each of [create, update, remove]) each.reset()
    setQuestion(next)
  }
  const mayCreate = may(session, 'script:create')
  const changeable = script !== undefined && mayChange(session, script)
  const deletable = changeable && may(session, 'script:delete')
  return (
    <>
      <EditorHeader
        script={script}
        changed={draft.changed}
        run={run}
        save={{
          saving: update.isPending,
          ...(changeable || (script === undefined && mayCreate) ? { onSave: save } : {}),
          ...(mayCreate ? { onSaveAs: ask('create') } : {}),
          ...(changeable ? { onDetails: ask('details') } : {}),
          ...(deletable ? { onDelete: ask('delete') } : {}),
          onDiscard: draft.discard,
        }}
      />
      {question === 'create' && (
        <DetailsDialog
          title={script === undefined ? 'Save the script' : 'Save as another script'}
          start={{
            name: script === undefined ? '' : `${script.name} (copy)`.slice(0, 200),
            description: script?.description ?? '',
            shared: false,
          }}
          mayShare
          pending={create.isPending}
          error={create.error}
          onSave={(details) => create.mutate({ ...draft.content, ...details })}
          onClose={() => setQuestion(undefined)}
        />
      )}
      {script !== undefined && (
        <Questions {...{ script, draft, question, update, remove }} onClose={() => setQuestion(undefined)} />
      )}
    </>
  )
}

type Keeping = Pick<ScriptHeaderProps, 'session' | 'script' | 'draft'>

/** Saves, and goes where the script is afterwards. */
function useKeeping(props: Keeping, setQuestion: (question: Question | undefined) => void) {
  const { session, script, draft } = props
  const { username } = session
  const navigate = useNavigate()
  const { search } = useLocation()
  const onError = useFailureNotice()
  const forget = (): void => writeStored(username, script?.scriptKey ?? 'new', { settings: usualSettings })
  const saving = useSaving({
    created: ({ scriptKey }) => {
      // The changes live on in the new script.
      forget()
      writeStored(username, scriptKey, { settings: draft.settings })
      void navigate(`/scripts/${scriptKey}${search}`, { state: nothingLeft, replace: script === undefined })
    },
    updated: ({ source, language, languageVersion, version }) => {
      setQuestion(undefined)
      draft.settle({ source, language, languageVersion }, version)
    },
    deleted: () => {
      forget()
      void navigate('/scripts', { state: nothingLeft })
    },
  })
  function save(): void {
    if (script === undefined) {
      saving.create.reset()
      setQuestion('create')
      return
    }
    const onlyIf = draft.basedOn === undefined ? {} : { version: draft.basedOn }
    saving.update.mutate(
      { params: { scriptKey: script.scriptKey }, body: { ...draft.content, ...onlyIf } },
      { onError: (error) => (isStatus(error, 409) ? setQuestion('newer') : onError(error)) },
    )
  }
  return { ...saving, save }
}

type QuestionsProps = Pick<ReturnType<typeof useKeeping>, 'update' | 'remove'> & {
  readonly script: ScriptWithSource
  readonly draft: DraftControl
  readonly question: Question | undefined
  readonly onClose: () => void
}

/** Of a script that is saved already. */
function Questions({ script, draft, question, update, remove, onClose }: QuestionsProps): ReactNode {
  const params = { scriptKey: script.scriptKey }
  const rename = ({ shared, ...rest }: Details): void => {
    const sharing = shared === script.shared ? {} : { shared }
    update.mutate({ params, body: { ...rest, ...sharing, version: script.version } })
  }
  return (
    <>
      {question === 'details' && (
        <DetailsDialog
          title="Name and sharing"
          start={script}
          mayShare={script.own}
          pending={update.isPending}
          error={update.error}
          onSave={rename}
          onClose={onClose}
        />
      )}
      <ConfirmDialog
        open={question === 'delete'}
        title={`Delete ${script.name}?`}
        confirm="Delete the script"
        keep="Keep it"
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(script.scriptKey)}
        onClose={onClose}
      >
        All its versions and schedules are deleted. Its runs stay in the list of runs. This can’t be undone.
      </ConfirmDialog>
      <ConfirmDialog
        open={question === 'newer'}
        title="There is a newer version"
        confirm="Save mine on top"
        keep="Not now"
        pending={update.isPending}
        onConfirm={() => update.mutate({ params, body: draft.content })}
        onClose={onClose}
      >
        Somebody saved a version after the one that you changed. Saved on top, yours becomes the newest;
        theirs stays among the versions.
      </ConfirmDialog>
    </>
  )
}
