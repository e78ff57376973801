import type { DecisionDefinition } from '@braid/contract/decision.ts'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'
import { latestDecisionsQuery } from '../../api/queries.ts'
import { Failure, LoadMore } from '../../frame/list-states.tsx'

/** All decisions in their latest version; nothing where there are none. */
export function DecisionList(): ReactNode {
  const decisions = useInfiniteQuery(latestDecisionsQuery)
  const items = decisions.data?.pages.flatMap((page) => page.items) ?? []
  if (decisions.isError) return <Failure error={decisions.error} onRetry={decisions.refetch} />
  if (items.length === 0) return null
  return (
    <>
      <Typography variant="h2" sx={{ mt: 4, mb: 1.5 }}>
        Decisions
      </Typography>
      <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
        <TableContainer>
          <Table aria-label="Decisions">
            <TableHead>
              <TableRow>
                <TableCell>Decision</TableCell>
                <TableCell>Version</TableCell>
                <TableCell sx={{ display: { xs: 'none', sm: 'table-cell' } }}>Requirements</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {items.map((decision) => (
                <DecisionRow key={decision.decisionDefinitionKey} decision={decision} />
              ))}
            </TableBody>
          </Table>
        </TableContainer>
        <LoadMore found={decisions} />
      </Paper>
    </>
  )
}

function DecisionRow({ decision }: { readonly decision: DecisionDefinition }): ReactNode {
  const { decisionDefinitionId: id, name, version, versionTag } = decision
  return (
    <TableRow hover>
      <TableCell>
        <Link
          component={RouterLink}
          to={`/decisions/${encodeURIComponent(id)}`}
          sx={{ fontWeight: 600, fontSize: '0.9375rem' }}
        >
          {name === '' ? id : name}
        </Link>
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
          {id}
        </Typography>
      </TableCell>
      <TableCell>
        {version}
        {versionTag !== undefined && ` · ${versionTag}`}
      </TableCell>
      <TableCell sx={{ display: { xs: 'none', sm: 'table-cell' }, color: 'text.secondary' }}>
        {decision.decisionRequirementsName}
      </TableCell>
    </TableRow>
  )
}
