import type { ScriptVersion, ScriptWithSource } from '@braid/contract/script.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { Failure, LoadingRows } from '../../frame/list-states.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { languageNames } from '../../script/language.ts'
import { LazyCodeEditor } from '../../script/lazy-code-editor.tsx'
import { scriptVersionQuery, scriptVersionsQuery } from '../../script/script-queries.ts'
import { useRestore } from './use-saving.ts'

type VersionsTabProps = {
  readonly script: ScriptWithSource
  readonly mayRestore: boolean
  /** Something is not saved, which restoring would lose. */
  readonly changed: boolean
  readonly onRestored: () => void
}

/** Every version that is kept, newest first. */
export function VersionsTab(props: VersionsTabProps): ReactNode {
  const { script } = props
  const versions = useQuery(scriptVersionsQuery(script.scriptKey))
  const [viewed, setViewed] = useState<number>()
  const [asking, setAsking] = useState<number>()
  const restore = useRestore(script.scriptKey, props.onRestored)
  const onRestore = (version: number): void => {
    if (props.changed) setAsking(version)
    else restore.mutate(version)
  }
  if (versions.isPending) return <LoadingRows rows={3} />
  if (versions.isError) return <Failure error={versions.error} onRetry={versions.refetch} />
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      <Box component="ol" aria-label="Versions, newest first" sx={{ listStyle: 'none', m: 0, p: 0, py: 1 }}>
        {versions.data.map((version) => (
          <VersionRow
            key={version.version}
            version={version}
            newest={script}
            onView={() => setViewed(version.version)}
            {...(props.mayRestore ? { onRestore: () => onRestore(version.version) } : {})}
          />
        ))}
      </Box>
      {viewed !== undefined && (
        <VersionDialog scriptKey={script.scriptKey} version={viewed} onClose={() => setViewed(undefined)} />
      )}
      <ConfirmDialog
        open={asking !== undefined}
        title={`Restore version ${asking ?? ''}?`}
        confirm="Restore it"
        keep="Keep my changes"
        pending={restore.isPending}
        onConfirm={() => {
          if (asking !== undefined) restore.mutate(asking)
          setAsking(undefined)
        }}
        onClose={() => setAsking(undefined)}
      >
        What you changed and did not save is lost. Saved versions all stay.
      </ConfirmDialog>
    </Box>
  )
}

function VersionRow(props: {
  readonly version: ScriptVersion
  readonly newest: ScriptWithSource
  readonly onView: () => void
  readonly onRestore?: () => void
}): ReactNode {
  const { version, createdAt, createdBy, language, languageVersion, name } = props.version
  const isNewest = version === props.newest.version
  return (
    <Box
      component="li"
      aria-label={`Version ${version}`}
      sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, px: 2, py: 0.75 }}
    >
      <Box sx={{ flex: 1, minWidth: 160 }}>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          Version {version}
          {isNewest && ' (newest)'}
        </Typography>
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
          <RelativeTime at={createdAt} />
          {createdBy !== '' && ` by ${createdBy}`} · {languageNames[language]} {languageVersion}
          {name !== props.newest.name && ` · ${name}`}
        </Typography>
      </Box>
      <Button size="small" onClick={props.onView} aria-label={`View version ${version}`}>
        View
      </Button>
      {props.onRestore !== undefined && !isNewest && (
        <Button
          size="small"
          variant="outlined"
          onClick={props.onRestore}
          aria-label={`Restore version ${version}`}
        >
          Restore
        </Button>
      )}
    </Box>
  )
}

function VersionDialog(props: {
  readonly scriptKey: string
  readonly version: number
  readonly onClose: () => void
}): ReactNode {
  const version = useQuery(scriptVersionQuery(props.scriptKey, props.version))
  return (
    <Dialog open onClose={props.onClose} fullWidth maxWidth="md" aria-labelledby="version-title">
      <DialogTitle id="version-title">Version {props.version}</DialogTitle>
      <DialogContent sx={{ height: '60vh', p: 0 }}>
        {version.isPending ? (
          <Skeleton variant="rectangular" sx={{ height: '100%' }} />
        ) : version.isError ? (
          <Failure error={version.error} onRetry={version.refetch} />
        ) : (
          <LazyCodeEditor
            value={version.data.source}
            language={version.data.language}
            label={`Source of version ${props.version}`}
          />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={props.onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  )
}
