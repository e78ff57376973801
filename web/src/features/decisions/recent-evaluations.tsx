import type { DecisionInstance } from '@braid/contract/decision.ts'
import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'
import { recentEvaluationsQuery } from '../../api/queries.ts'
import { HistoryIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { StateChip } from '../../frame/state-chip.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { monospace } from '../../theme/theme.ts'

/** How a version of a decision was decided lately, by runs and by hand. */
export function RecentEvaluations(props: { readonly decisionDefinitionKey: string }): ReactNode {
  const evaluations = useQuery(recentEvaluationsQuery(props.decisionDefinitionKey))
  return (
    <Box component="section" aria-labelledby="recent-evaluations" sx={{ mt: 4 }}>
      <Typography id="recent-evaluations" variant="h2" sx={{ mb: 1.5 }}>
        Recent evaluations
      </Typography>
      <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
        {evaluations.isPending ? (
          <LoadingRows rows={3} />
        ) : evaluations.isError ? (
          <Failure error={evaluations.error} onRetry={evaluations.refetch} />
        ) : evaluations.data.items.length === 0 ? (
          <Empty icon={HistoryIcon} title="Not evaluated yet">
            Business rule tasks and the form above evaluate it.
          </Empty>
        ) : (
          <EvaluationTable items={evaluations.data.items} />
        )}
      </Paper>
    </Box>
  )
}

function EvaluationTable({ items }: { readonly items: readonly DecisionInstance[] }): ReactNode {
  return (
    <TableContainer>
      <Table size="small" aria-labelledby="recent-evaluations">
        <TableHead>
          <TableRow>
            <TableCell>When</TableCell>
            <TableCell>State</TableCell>
            <TableCell>Result</TableCell>
            <TableCell>By</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {items.map((evaluation) => (
            <TableRow key={evaluation.decisionEvaluationInstanceKey}>
              <TableCell>
                <RelativeTime at={evaluation.evaluationDate} />
              </TableCell>
              <TableCell>
                {evaluation.state === 'FAILED' ? (
                  <StateChip state="failed" />
                ) : (
                  <StateChip state="completed" label="Decided" />
                )}
              </TableCell>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>
                {evaluation.evaluationFailure ?? (
                  <Box component="code" sx={{ fontFamily: monospace, fontSize: '0.8125rem' }}>
                    {evaluation.result}
                  </Box>
                )}
              </TableCell>
              <TableCell>
                {evaluation.processInstanceKey === undefined ? (
                  'the API'
                ) : (
                  <Link component={RouterLink} to={`/runs/${evaluation.processInstanceKey}`}>
                    run {evaluation.processInstanceKey}
                  </Link>
                )}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}
