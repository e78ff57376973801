import { logLevels } from '@braid/contract/dag-run.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import FormControlLabel from '@mui/material/FormControlLabel'
import MenuItem from '@mui/material/MenuItem'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { DownloadIcon, ListIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { useFailureNotice } from '../../frame/notices.tsx'
import { saveText } from '../../frame/save-text.ts'
import { VirtualList } from '../../frame/virtual-list.tsx'
import { keptOutput } from '../../live/dag-run-view.ts'
import { LogLine } from '../../script/log-line.tsx'
import { atLeast, type Level, textsOf } from '../../script/log-text.ts'
import { readLogText } from './dag-run-queries.ts'
import { type PanelProps, titleOf } from './panel.ts'

const levelNames: Record<Level, string> = {
  debug: 'Everything',
  info: 'Info and worse',
  warn: 'Warnings and errors',
  error: 'Errors',
}

/** What tasks and scripts wrote, newest at the end. */
export function LogsTab({ run, dag, live, selected, onTask }: PanelProps): ReactNode {
  const [level, setLevel] = useState<Level>('debug')
  const [follow, setFollow] = useState(true)
  const lines = useMemo(
    () =>
      textsOf(live.output).filter(
        (entry) => atLeast(entry, level) && (selected === undefined || entry.nodeId === selected),
      ),
    [live.output, level, selected],
  )
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <Toolbar {...{ run, live, selected, level, follow }} onLevel={setLevel} onFollow={setFollow} />
      <Box sx={{ flex: 1, minHeight: 0 }}>
        {lines.length === 0 ? (
          <Empty icon={ListIcon} title="No log lines">
            {level === 'debug'
              ? 'Tasks write here with ctx.log, scripts by printing.'
              : 'None of this level.'}
          </Empty>
        ) : (
          <VirtualList
            items={lines}
            label="Log"
            keyOf={({ sequence }) => String(sequence)}
            rowHeight={22}
            measured
            follow={follow}
          >
            {(entry) => (
              <LogLine
                entry={entry}
                title={titleOf(dag, entry.nodeId)}
                onTask={() => onTask(entry.taskKey)}
              />
            )}
          </VirtualList>
        )}
      </Box>
    </Box>
  )
}

function Toolbar(
  props: Pick<PanelProps, 'run' | 'live' | 'selected'> & {
    readonly level: Level
    readonly follow: boolean
    readonly onLevel: (level: Level) => void
    readonly onFollow: (follow: boolean) => void
  },
): ReactNode {
  const { run, live, selected, level, follow, onLevel, onFollow } = props
  const onError = useFailureNotice()
  const download = useMutation({
    mutationFn: () => readLogText(run.dagRunKey, selected),
    onSuccess: (text) => saveText(text, `${run.dagId.replace('/', '-')}-${run.dagRunKey}.log`),
    onError,
  })
  return (
    <Box
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1.5,
        px: { xs: 2, md: 3 },
        py: 1,
        borderBottom: 1,
        borderColor: 'divider',
      }}
    >
      <TextField
        select
        label="Level"
        value={level}
        onChange={(event) => onLevel(event.target.value as Level)}
        sx={{ minWidth: 170 }}
      >
        {logLevels.map((name) => (
          <MenuItem key={name} value={name}>
            {levelNames[name]}
          </MenuItem>
        ))}
      </TextField>
      <FormControlLabel
        control={<Switch size="small" checked={follow} onChange={(_, on) => onFollow(on)} />}
        label={<Typography variant="body2">Follow</Typography>}
      />
      <Button
        size="small"
        startIcon={<DownloadIcon />}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        Download
      </Button>
      {live.output.length >= keptOutput && (
        <Typography variant="caption" sx={{ color: 'text.secondary' }}>
          Only the newest are shown; the download has all.
        </Typography>
      )}
    </Box>
  )
}
