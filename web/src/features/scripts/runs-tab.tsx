import { type Execution, isOver } from '@braid/contract/execution.ts'
import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import IconButton from '@mui/material/IconButton'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import Typography from '@mui/material/Typography'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { refreshUntilMore } from '../../api/queries.ts'
import { HistoryIcon, MoreIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows, LoadMore } from '../../frame/list-states.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { durationText } from '../../frame/time-text.ts'
import { lookOfExecution } from '../../script/execution-state.ts'
import { languageNames } from '../../script/language.ts'
import { executionsQuery } from '../../script/script-queries.ts'

type RunsTabProps = {
  /** Absent: the script was never saved. */
  readonly scriptKey: string | undefined
  readonly selected: string | undefined
  readonly mayRun: boolean
  readonly mayWrite: boolean
  readonly onSelect: (executionKey: string) => void
  readonly onRetry: (executionKey: string) => void
  readonly onLoad: (executionKey: string) => void
}

/** What ran before, newest first: seen again, run again, or taken back into the editor. */
export function RunsTab(props: RunsTabProps): ReactNode {
  const { scriptKey } = props
  const [all, setAll] = useState(false)
  const filter = scriptKey === undefined || all ? { own: true } : { scriptKey }
  const runs = useInfiniteQuery({
    ...executionsQuery(filter),
    refetchInterval: refreshUntilMore,
  })
  const items = runs.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      {scriptKey !== undefined && (
        <ToggleButtonGroup
          exclusive
          size="small"
          value={all}
          aria-label="Which runs"
          onChange={(_, next: boolean | null) => setAll(next ?? all)}
          sx={{ px: 2, pt: 1.5 }}
        >
          <ToggleButton value={false}>Of this script</ToggleButton>
          <ToggleButton value>All of mine</ToggleButton>
        </ToggleButtonGroup>
      )}
      {runs.isPending ? (
        <LoadingRows rows={4} />
      ) : runs.isError ? (
        <Failure error={runs.error} onRetry={runs.refetch} />
      ) : items.length === 0 ? (
        <Empty icon={HistoryIcon} title="Nothing ran yet">
          {scriptKey === undefined || all
            ? 'Your runs are listed here.'
            : 'Runs of saved versions are listed here; those of unsaved changes are among all of yours.'}
        </Empty>
      ) : (
        <Box component="ol" aria-label="Runs, newest first" sx={{ listStyle: 'none', m: 0, p: 0, py: 1 }}>
          {items.map((run) => (
            <RunRow key={run.executionKey} run={run} {...props} />
          ))}
        </Box>
      )}
      <LoadMore found={runs} />
    </Box>
  )
}

function RunRow({ run, ...props }: RunsTabProps & { readonly run: Execution }): ReactNode {
  const look = lookOfExecution(run)
  const selected = run.executionKey === props.selected
  const what =
    run.scriptName === undefined
      ? `${languageNames[run.language]} ${run.version}, unsaved`
      : `${run.scriptName} v${run.scriptVersion ?? ''}`
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        alignItems: 'center',
        pr: 1,
        borderLeft: 3,
        borderColor: selected ? 'primary.main' : 'transparent',
        '&:hover': { background: 'var(--braid-palette-action-hover)' },
      }}
    >
      <ButtonBase
        onClick={() => props.onSelect(run.executionKey)}
        {...(selected ? { 'aria-current': true } : {})}
        sx={{
          flex: 1,
          minWidth: 0,
          display: 'flex',
          flexWrap: 'wrap',
          justifyContent: 'flex-start',
          gap: 1,
          px: 2,
          py: 1,
        }}
      >
        <StateChip state={look.state} label={look.label} />
        <Typography
          component="span"
          variant="body2"
          noWrap
          sx={{ flex: 1, minWidth: 120, textAlign: 'left' }}
        >
          {what}
        </Typography>
        <Typography component="span" variant="caption" sx={{ color: 'text.secondary' }}>
          {run.wallMs !== undefined && `${durationText(run.wallMs)} · `}
          <RelativeTime at={run.createdAt} />
        </Typography>
      </ButtonBase>
      <RunMenu run={run} {...props} />
    </Box>
  )
}

function RunMenu({ run, ...props }: RunsTabProps & { readonly run: Execution }): ReactNode {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const choose = (act: (executionKey: string) => void) => () => {
    setAnchor(null)
    act(run.executionKey)
  }
  return (
    <>
      <IconButton
        size="small"
        aria-label={`More about run ${run.executionKey}`}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <MoreIcon fontSize="small" />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {props.mayRun && run.own && isOver(run.state) && (
          <MenuItem onClick={choose(props.onRetry)}>Run it again</MenuItem>
        )}
        {props.mayWrite && <MenuItem onClick={choose(props.onLoad)}>Load its source</MenuItem>}
        <MenuItem component={Link} to={`/executions/${run.executionKey}`}>
          Open its page
        </MenuItem>
      </Menu>
    </>
  )
}
