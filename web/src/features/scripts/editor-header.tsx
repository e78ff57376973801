import type { ScriptWithSource } from '@braid/contract/script.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import IconButton from '@mui/material/IconButton'
import Link from '@mui/material/Link'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink } from 'react-router'
import { CancelIcon, MoreIcon, PlayIcon } from '../../frame/icons.tsx'

export type HeaderProps = {
  /** Absent: it was never saved. */
  readonly script: ScriptWithSource | undefined
  readonly changed: boolean
  readonly run: {
    /** Absent for people who may not run scripts. */
    readonly onRun?: () => void
    readonly starting: boolean
    /** Why it can't be run now. */
    readonly obstacle: string | undefined
    /** Something runs. */
    readonly onStop?: () => void
    readonly stopping: boolean
  }
  readonly save: {
    /** Each is absent where it can't be done. */
    readonly onSave?: () => void
    readonly onSaveAs?: () => void
    readonly onDetails?: () => void
    readonly onDelete?: () => void
    readonly onDiscard?: () => void
    readonly saving: boolean
  }
}

export function EditorHeader({ script, changed, run, save }: HeaderProps): ReactNode {
  return (
    <Box
      component="header"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1.5,
        px: { xs: 2, md: 3 },
        py: 1.5,
        borderBottom: 1,
        borderColor: 'divider',
        background: 'var(--braid-palette-background-paper)',
      }}
    >
      <Box sx={{ flex: 1, minWidth: { xs: '100%', sm: 240 } }}>
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
          <Link component={RouterLink} to="/scripts" color="inherit">
            Scripts
          </Link>
          {script !== undefined && ` / version ${script.version}`}
          {script?.own === false && script.owner !== undefined && ` / of ${script.owner}`}
        </Typography>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1.25, rowGap: 0.5 }}>
          <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
            {script?.name ?? 'New script'}
          </Typography>
          {script?.shared === true && <Chip size="small" variant="outlined" label="Shared" />}
          {changed && <Chip size="small" color="warning" variant="outlined" label="Not saved" />}
        </Box>
        {script !== undefined && script.description !== '' && (
          <Typography variant="body2" sx={{ color: 'text.secondary', maxWidth: 760 }}>
            {script.description}
          </Typography>
        )}
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}>
        {run.onRun !== undefined && <RunButton {...run} onRun={run.onRun} />}
        {run.onStop !== undefined && (
          <Button
            variant="outlined"
            color="error"
            startIcon={<CancelIcon />}
            loading={run.stopping}
            loadingPosition="start"
            onClick={run.onStop}
          >
            Stop
          </Button>
        )}
        <SaveButtons {...save} changed={changed} isNew={script === undefined} />
      </Box>
    </Box>
  )
}

function RunButton(props: HeaderProps['run'] & { readonly onRun: () => void }): ReactNode {
  const { obstacle } = props
  return (
    <Tooltip title={obstacle ?? 'Ctrl+Enter, or ⌘ Enter'}>
      {/* A disabled button tells no tooltip that somebody is over it. */}
      <span>
        <Button
          variant="contained"
          startIcon={<PlayIcon />}
          disabled={obstacle !== undefined}
          loading={props.starting}
          loadingPosition="start"
          aria-description={obstacle ?? 'Ctrl+Enter'}
          onClick={props.onRun}
        >
          Run
        </Button>
      </span>
    </Tooltip>
  )
}

function SaveButtons(
  props: HeaderProps['save'] & { readonly changed: boolean; readonly isNew: boolean },
): ReactNode {
  const { changed, isNew } = props
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const choose = (act: () => void) => () => {
    setAnchor(null)
    act()
  }
  const entries = [
    ['Save as…', isNew ? undefined : props.onSaveAs],
    ['Name and sharing…', props.onDetails],
    ['Discard my changes', changed ? props.onDiscard : undefined],
    ['Delete…', props.onDelete],
  ] as const
  const shown = entries.flatMap(([label, act]) => (act === undefined ? [] : [{ label, act }]))
  return (
    <>
      {props.onSave !== undefined ? (
        <Button
          variant="outlined"
          disabled={!isNew && !changed}
          loading={props.saving}
          onClick={props.onSave}
        >
          {isNew ? 'Save…' : 'Save'}
        </Button>
      ) : (
        props.onSaveAs !== undefined && (
          <Button variant="outlined" onClick={props.onSaveAs}>
            Save a copy…
          </Button>
        )
      )}
      {shown.length > 0 && (
        <>
          <IconButton
            aria-label="More about this script"
            aria-haspopup="menu"
            onClick={(event) => setAnchor(event.currentTarget)}
          >
            <MoreIcon />
          </IconButton>
          <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
            {shown.map(({ label, act }) => (
              <MenuItem key={label} onClick={choose(act)}>
                {label}
              </MenuItem>
            ))}
          </Menu>
        </>
      )}
    </>
  )
}
