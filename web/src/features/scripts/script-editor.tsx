import { maxScriptLength, type RuntimeList } from '@braid/contract/execution.ts'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { may } from '../../api/session.ts'
import { LazyCodeEditor } from '../../script/lazy-code-editor.tsx'
import { EditorToolbar } from './editor-toolbar.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { panelTabOf, RunPanel } from './run-panel.tsx'
import { RunSettings } from './run-settings.tsx'
import { tooLong } from './runnable.ts'
import { ScriptHeader } from './script-header.tsx'
import { type Editor, type EditorProps, useEditor } from './use-editor.ts'
import { mayChange } from './use-saving.ts'

/** The script on the left, what it does on the right; below each other where there is no room. */
export function ScriptEditor(props: EditorProps): ReactNode {
  const editor = useEditor(props)
  const { draft, run, execute, obstacle } = editor
  return (
    <Box
      onKeyDown={(event) => onKey(event, run)}
      sx={{ height: { lg: '100%' }, display: 'flex', flexDirection: 'column' }}
    >
      <LeaveGuard unsaved={draft.changed} />
      <ScriptHeader
        session={props.session}
        script={props.script}
        draft={draft}
        run={{
          starting: execute.isPending,
          obstacle,
          stopping: editor.stopping,
          ...(editor.mayRun ? { onRun: run } : {}),
          ...(editor.stop === undefined ? {} : { onStop: editor.stop }),
        }}
      />
      <Hints runtimes={props.runtimes} source={draft.content.source} mayRun={editor.mayRun} />
      <Box sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: { xs: 'column', lg: 'row' } }}>
        <Writing {...props} editor={editor} />
        <Watching {...props} editor={editor} />
      </Box>
    </Box>
  )
}

function onKey(event: KeyboardEvent, run: () => void): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
  event.preventDefault()
  run()
}

type SideProps = EditorProps & { readonly editor: Editor }

function Writing({ session, runtimes, script, editor }: SideProps): ReactNode {
  const { draft, mayRun, mayWrite } = editor
  return (
    <Box
      sx={{
        flex: { lg: '1 1 54%' },
        minWidth: 0,
        display: 'flex',
        flexDirection: 'column',
        background: 'var(--braid-palette-background-paper)',
      }}
    >
      <EditorToolbar
        content={draft.content}
        name={script?.name ?? 'script'}
        runtimes={runtimes}
        readOnly={!mayWrite}
        onChange={draft.change}
        onReplace={editor.replace}
      />
      <Box sx={{ flex: { lg: 1 }, height: { xs: '46vh', lg: 'auto' }, minHeight: { xs: 260, lg: 160 } }}>
        <LazyCodeEditor
          value={draft.content.source}
          language={draft.content.language}
          label="Source of the script"
          {...(mayWrite ? { onChange: (source: string) => draft.change({ source }) } : {})}
        />
      </Box>
      {mayRun && (
        <RunSettings
          language={draft.content.language}
          settings={draft.settings}
          runtimes={runtimes}
          mayPrioritize={may(session, 'execution:prioritize')}
          onChange={draft.changeSettings}
        />
      )}
    </Box>
  )
}

function Watching({ session, script, editor }: SideProps): ReactNode {
  const { draft, runKey, mayRun, mayWrite } = editor
  const section = useRef<HTMLElement>(null)
  const seen = useRef(runKey)
  // Where it is below the script, a new run brings it into sight.
  useEffect(() => {
    if (seen.current !== runKey) section.current?.scrollIntoView({ block: 'nearest' })
    seen.current = runKey
  }, [runKey])
  return (
    <Box
      ref={section}
      component="section"
      aria-label="Output and history"
      sx={{
        flex: { lg: '1 1 46%' },
        minWidth: 0,
        height: { xs: '70vh', lg: 'auto' },
        minHeight: 300,
        borderLeft: { lg: 1 },
        borderTop: { xs: 1, lg: 0 },
        // Per width, as the borders are: theirs would come later and bring their own colour.
        borderColor: { xs: 'divider', lg: 'divider' },
        background: 'var(--braid-palette-background-paper)',
      }}
    >
      <RunPanel
        tab={panelTabOf(editor.tab)}
        onTab={editor.setTab}
        runKey={runKey}
        live={editor.live}
        failure={editor.execute.error}
        runs={{
          scriptKey: script?.scriptKey,
          selected: runKey,
          mayRun,
          mayWrite,
          onSelect: editor.watch,
          onRetry: editor.retry,
          onLoad: editor.load,
        }}
        versions={
          script === undefined
            ? undefined
            : {
                script,
                mayRestore: mayChange(session, script),
                changed: draft.changed,
                onRestored: draft.discard,
              }
        }
        schedules={script === undefined || !may(session, 'schedule:read') ? undefined : { session, script }}
        api={script === undefined || !mayRun ? undefined : { session, script, input: draft.settings.input }}
      />
    </Box>
  )
}

/** What is in the way, and what to do about it. */
function Hints(props: {
  readonly runtimes: RuntimeList
  readonly source: string
  readonly mayRun: boolean
}): ReactNode {
  const { runtimes, source, mayRun } = props
  const [dismissed, setDismissed] = useState(false)
  const nothingRuns = runtimes.items.length === 0
  return (
    <>
      {mayRun && nothingRuns && (
        <Alert severity={runtimes.warnings.length === 0 ? 'info' : 'error'} square>
          {runtimes.warnings.length === 0
            ? 'The server is still finding out what it can run.'
            : `No scripts can be run here; they can be written and saved. ${runtimes.warnings.join(' ')}`}
        </Alert>
      )}
      {mayRun && !nothingRuns && runtimes.warnings.length > 0 && !dismissed && (
        <Alert severity="warning" square onClose={() => setDismissed(true)} sx={{ py: 0 }}>
          {runtimes.warnings.join(' ')}
        </Alert>
      )}
      {source.length > maxScriptLength && (
        <Alert severity="error" square sx={{ py: 0 }}>
          {tooLong(source)}.
        </Alert>
      )}
    </>
  )
}
