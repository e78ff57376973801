import type { RateLimit } from '@braid/contract/rate-limit.ts'
import Box from '@mui/material/Box'
import Switch from '@mui/material/Switch'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api } from '../../api/client.ts'
import { EditCell } from '../../frame/edit-cell.tsx'
import { useFailureNotice } from '../../frame/notices.tsx'
import { monospace } from '../../theme/theme.ts'
import { onPhones, onWideScreens } from './columns.ts'
import { everyLimitQuery } from './limit-queries.ts'
import { allowedWords, targetWords } from './limit-words.ts'

export function LimitTable(props: {
  readonly limits: readonly RateLimit[]
  readonly editable: boolean
  readonly onEdit: (limit: RateLimit) => void
}): ReactNode {
  return (
    <TableContainer>
      <Table aria-label="Limits">
        <TableHead>
          <TableRow>
            <TableCell>On</TableCell>
            <TableCell>Name</TableCell>
            <TableCell sx={onWideScreens}>Routes</TableCell>
            <TableCell sx={onWideScreens}>Requests</TableCell>
            <TableCell sx={onWideScreens} align="right">
              Priority
            </TableCell>
            {props.editable && <TableCell />}
          </TableRow>
        </TableHead>
        <TableBody>
          {props.limits.map((limit) => (
            <TableRow key={limit.rateLimitKey} hover>
              <TableCell>
                <Enabled limit={limit} editable={props.editable} />
              </TableCell>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>
                <Typography variant="body2" sx={{ fontWeight: 600 }}>
                  {limit.name}
                </Typography>
                <Box sx={onPhones}>
                  <Target limit={limit} />
                  <Typography variant="caption">{allowedWords(limit)}</Typography>
                </Box>
              </TableCell>
              <TableCell sx={onWideScreens}>
                <Target limit={limit} />
              </TableCell>
              <TableCell sx={onWideScreens}>{allowedWords(limit)}</TableCell>
              <TableCell sx={onWideScreens} align="right">
                {limit.priority}
              </TableCell>
              {props.editable && (
                <EditCell what={`the limit ${limit.name}`} onEdit={() => props.onEdit(limit)} />
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}

function Target({ limit: { target, routes } }: { readonly limit: RateLimit }): ReactNode {
  const isPath = 'pathPrefix' in target && target.pathPrefix !== '/'
  return (
    <>
      <Box
        component="span"
        sx={{ fontFamily: isPath ? monospace : 'inherit', fontSize: '0.8125rem', display: 'block' }}
      >
        {targetWords(target)}
      </Box>
      <Typography variant="caption" sx={{ color: 'text.secondary', display: 'block' }}>
        {routes.length === 1 ? '1 route' : `${routes.length} routes`}
      </Typography>
    </>
  )
}

function Enabled({ limit, editable }: { readonly limit: RateLimit; readonly editable: boolean }): ReactNode {
  const queryClient = useQueryClient()
  const onError = useFailureNotice()
  const { rateLimitKey, name } = limit
  const change = useMutation({
    mutationFn: (enabled: boolean) => api.updateRateLimit({ params: { rateLimitKey }, body: { enabled } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: everyLimitQuery }),
    onError,
  })
  return (
    <Switch
      size="small"
      checked={change.isPending ? change.variables : limit.enabled}
      disabled={!editable}
      onChange={(_, enabled) => change.mutate(enabled)}
      slotProps={{ input: { 'aria-label': `The limit ${name} is on` } }}
    />
  )
}
