import type { ProcessInstance } from '@braid/contract/process-instance.ts'
import Box from '@mui/material/Box'
import Checkbox from '@mui/material/Checkbox'
import Link from '@mui/material/Link'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'
import { runState, StateChip } from '../../frame/state-chip.tsx'
import { Duration, RelativeTime } from '../../frame/time.tsx'
import { monospace } from '../../theme/theme.ts'

const wide = { display: { xs: 'none', md: 'table-cell' } } as const

export type RunSelection = {
  readonly keys: ReadonlySet<string>
  readonly onChange: (keys: ReadonlySet<string>) => void
}

export function RunTable(props: {
  readonly items: readonly ProcessInstance[]
  readonly selection: RunSelection
}): ReactNode {
  const { items, selection } = props
  const toggle = (key: string): void => {
    const keys = new Set(selection.keys)
    if (!keys.delete(key)) keys.add(key)
    selection.onChange(keys)
  }
  const all = items.every(({ processInstanceKey }) => selection.keys.has(processInstanceKey))
  return (
    <TableContainer>
      <Table>
        <TableHead>
          <TableRow>
            <TableCell padding="checkbox">
              <Checkbox
                size="small"
                sx={{ p: 0.5, ml: 0.5 }}
                checked={all}
                indeterminate={!all && selection.keys.size > 0}
                slotProps={{ input: { 'aria-label': 'Select all shown runs' } }}
                onChange={() =>
                  selection.onChange(new Set(all ? [] : items.map((run) => run.processInstanceKey)))
                }
              />
            </TableCell>
            <TableCell>Process</TableCell>
            <TableCell>State</TableCell>
            <TableCell sx={wide}>Business id</TableCell>
            <TableCell sx={wide}>Started</TableCell>
            <TableCell sx={wide}>Duration</TableCell>
            <TableCell sx={wide}>Key</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {items.map((run) => (
            <RunRow
              key={run.processInstanceKey}
              run={run}
              selected={selection.keys.has(run.processInstanceKey)}
              onToggle={() => toggle(run.processInstanceKey)}
            />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}

function RunRow(props: {
  readonly run: ProcessInstance
  readonly selected: boolean
  readonly onToggle: () => void
}): ReactNode {
  const { run, selected, onToggle } = props
  return (
    <TableRow hover selected={selected} sx={{ position: 'relative' }}>
      <TableCell padding="checkbox">
        <Checkbox
          size="small"
          checked={selected}
          // Above the link that spans the row.
          sx={{ zIndex: 1, p: 0.5, ml: 0.5 }}
          slotProps={{ input: { 'aria-label': `Select run ${run.processInstanceKey}` } }}
          onChange={onToggle}
        />
      </TableCell>
      <TableCell>
        <Link
          component={RouterLink}
          to={`/runs/${run.processInstanceKey}`}
          // The whole row leads to the run; the link stays one link for the keyboard.
          sx={{
            fontWeight: 600,
            color: 'text.primary',
            '&::after': { content: '""', position: 'absolute', inset: 0 },
          }}
        >
          {run.processDefinitionName ?? run.processDefinitionId}
        </Link>
        <Typography component="span" variant="caption" sx={{ color: 'text.secondary', ml: 0.75 }}>
          v{run.processDefinitionVersion}
        </Typography>
        <Typography
          variant="caption"
          component="div"
          sx={{ display: { md: 'none' }, color: 'text.secondary' }}
        >
          {run.businessId !== undefined && `${run.businessId} · `}
          <RelativeTime at={run.startDate} />
        </Typography>
      </TableCell>
      <TableCell>
        <StateChip state={runState(run)} />
      </TableCell>
      <TableCell sx={wide}>{run.businessId ?? <Nothing />}</TableCell>
      <TableCell sx={wide}>
        <Box component="span" sx={{ position: 'relative', zIndex: 1 }}>
          <RelativeTime at={run.startDate} />
        </Box>
      </TableCell>
      <TableCell sx={wide}>
        <Duration from={run.startDate} to={run.endDate} />
      </TableCell>
      <TableCell
        sx={{ ...wide, fontFamily: monospace, fontSize: '0.75rem !important', color: 'text.secondary' }}
      >
        {run.processInstanceKey}
      </TableCell>
    </TableRow>
  )
}

function Nothing(): ReactNode {
  return (
    <Box component="span" aria-hidden sx={{ color: 'text.secondary', opacity: 0.5 }}>
      –
    </Box>
  )
}
