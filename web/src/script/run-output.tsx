import { type Execution, isOver } from '@braid/contract/execution.ts'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../api/client.ts'
import { DownloadIcon } from '../frame/icons.tsx'
import { JsonBlock } from '../frame/json-block.tsx'
import { Failure } from '../frame/list-states.tsx'
import { useFailureNotice } from '../frame/notices.tsx'
import { saveText } from '../frame/save-text.ts'
import { visuallyHidden } from '../frame/visually-hidden.ts'
import { sizeText } from './execution-state.ts'
import type { Output } from './output.ts'
import { OutputView } from './output-view.tsx'
import { RunFacts, RunMessage } from './run-facts.tsx'
import type { LiveExecution } from './use-execution.ts'

/** A run as it goes: its state, what it writes, and its result. */
export function RunOutput(props: {
  readonly live: LiveExecution
  /** Its state stands elsewhere on the page. */
  readonly withoutFacts?: boolean
}): ReactNode {
  const { execution, output, refusal } = props.live
  if (refusal !== undefined) return <Failure error={refusal} />
  if (execution === undefined) return <Skeleton variant="rounded" height={120} sx={{ m: 2 }} />
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column', minHeight: 0 }}>
      <Bar execution={execution} withFacts={props.withoutFacts !== true} />
      <RunMessage execution={execution} />
      <Box component="h2" sx={{ ...visuallyHidden, m: 0 }}>
        Output
      </Box>
      <Gaps output={output} />
      <Box sx={{ flex: 1, minHeight: 120, position: 'relative' }}>
        {output.lines.length === 0 ? <Nothing execution={execution} /> : <OutputView output={output} />}
      </Box>
      {execution.result !== undefined && (
        <Box
          sx={{
            px: 2,
            pt: 1,
            borderTop: 1,
            borderColor: 'divider',
            maxHeight: '45%',
            overflow: 'auto',
            flexShrink: 0,
          }}
        >
          <JsonBlock title="Result" value={execution.result} />
        </Box>
      )}
    </Box>
  )
}

function Bar(props: { readonly execution: Execution; readonly withFacts: boolean }): ReactNode {
  const { execution, withFacts } = props
  const downloadable = isOver(execution.state) && (execution.outputBytes ?? 0) > 0
  if (!withFacts && !downloadable) return null
  return (
    <Box
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        justifyContent: 'flex-end',
        gap: 1,
        px: 2,
        py: withFacts ? 1 : 0.5,
        borderBottom: 1,
        borderColor: 'divider',
      }}
    >
      {withFacts && (
        <Box sx={{ flex: 1, minWidth: 200 }}>
          <RunFacts execution={execution} />
        </Box>
      )}
      {downloadable && <OutputDownload execution={execution} />}
    </Box>
  )
}

/** What of the output is not on the page. */
function Gaps({ output }: { readonly output: Output }): ReactNode {
  const { omittedBytes, dropped } = output
  if (omittedBytes === 0 && dropped === 0) return null
  return (
    <Alert severity="warning" square sx={{ py: 0 }}>
      {omittedBytes > 0 && `It wrote more than is kept: ${sizeText(omittedBytes)} in between are left out. `}
      {dropped > 0 &&
        `The first ${dropped.toLocaleString('en')} lines are not shown here, but are in the download.`}
    </Alert>
  )
}

function Nothing({ execution }: { readonly execution: Execution }): ReactNode {
  const text = isOver(execution.state)
    ? 'It wrote nothing.'
    : execution.state === 'QUEUED'
      ? 'It waits for its turn.'
      : 'Nothing is written yet.'
  return (
    <Typography variant="body2" sx={{ p: 2, color: 'text.secondary' }}>
      {text}
    </Typography>
  )
}

/** Each stream as a file, as far as it is kept. */
function OutputDownload({ execution }: { readonly execution: Execution }): ReactNode {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const { executionKey } = execution
  const onError = useFailureNotice()
  const download = useMutation({
    mutationFn: async (stream: 'stdout' | 'stderr') => {
      const result = await api.getExecutionResult({ params: { executionKey } })
      saveText(result[stream], `run-${executionKey}.${stream}.txt`)
    },
    onError,
  })
  const choose = (stream: 'stdout' | 'stderr'): void => {
    setAnchor(null)
    download.mutate(stream)
  }
  return (
    <>
      <Button
        size="small"
        startIcon={<DownloadIcon />}
        aria-haspopup="menu"
        loading={download.isPending}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        Download
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <MenuItem onClick={() => choose('stdout')}>Output (stdout)</MenuItem>
        <MenuItem onClick={() => choose('stderr')}>Errors (stderr)</MenuItem>
      </Menu>
    </>
  )
}
