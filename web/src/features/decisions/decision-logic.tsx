import type { DecisionDefinition } from '@braid/contract/decision.ts'
import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { decisionXmlQuery } from '../../api/queries.ts'
import { Failure, LoadingRows } from '../../frame/list-states.tsx'
import { type DecisionLogic, decisionLogicOf } from '../../model/dmn-file.ts'
import { monospace } from '../../theme/theme.ts'

type DecisionTable = Extract<DecisionLogic, { readonly kind: 'table' }>

/** More rules than this are not drawn; the file has them all. */
const mostRules = 500
const matchedBackground = 'color-mix(in srgb, var(--braid-palette-success-main) 16%, transparent)'

/** What a decision says: its table, with the rules that matched last, or its expression. */
export function DecisionLogicView(props: {
  readonly decision: DecisionDefinition
  /** Numbers of rules, from 1. */
  readonly matched: ReadonlySet<number>
}): ReactNode {
  const { decisionDefinitionKey, decisionDefinitionId, name } = props.decision
  const xml = useQuery(decisionXmlQuery(decisionDefinitionKey))
  const logic = useMemo(
    () => (xml.data === undefined ? undefined : decisionLogicOf(xml.data, decisionDefinitionId)),
    [xml.data, decisionDefinitionId],
  )
  if (xml.isError) return <Failure error={xml.error} onRetry={xml.refetch} />
  if (logic === undefined) return <LoadingRows rows={4} />
  return (
    <Paper variant="outlined" sx={{ overflow: 'hidden', mb: 3 }}>
      {logic.kind === 'table' && (
        <RuleTable table={logic} matched={props.matched} label={`Rules of ${name || decisionDefinitionId}`} />
      )}
      {logic.kind === 'expression' && (
        <Box sx={{ p: 2 }}>
          <Entry text={logic.text} />
        </Box>
      )}
      {logic.kind === 'other' && (
        <Typography variant="body2" sx={{ p: 2, color: 'text.secondary' }}>
          This decision is neither a table nor one expression: its file shows it.
        </Typography>
      )}
    </Paper>
  )
}

function RuleTable(props: {
  readonly table: DecisionTable
  readonly matched: ReadonlySet<number>
  readonly label: string
}): ReactNode {
  const { table, matched } = props
  const annotated = table.rules.some(({ annotation }) => annotation !== '')
  const left = table.rules.length - mostRules
  return (
    <>
      <Box sx={{ px: 2, py: 1.25, display: 'flex', gap: 1, alignItems: 'center' }}>
        <Typography variant="h2">Rules</Typography>
        <Chip size="small" label={`Hit policy ${table.hitPolicy}`} />
      </Box>
      <TableContainer sx={{ maxHeight: 420 }}>
        <Table size="small" stickyHeader aria-label={props.label}>
          <TableHead>
            <TableRow>
              <TableCell>Rule</TableCell>
              {columns('when', table.inputs).map(({ id, title }) => (
                <TableCell key={id}>{title}</TableCell>
              ))}
              {columns('then', table.outputs).map(({ id, title }) => (
                <TableCell key={id} sx={{ color: 'primary.main' }}>
                  {title}
                </TableCell>
              ))}
              {annotated && <TableCell>Remark</TableCell>}
            </TableRow>
          </TableHead>
          <TableBody>
            {table.rules.slice(0, mostRules).map((rule) => (
              <TableRow
                key={rule.number}
                sx={matched.has(rule.number) ? { background: matchedBackground } : {}}
              >
                <TableCell sx={{ whiteSpace: 'nowrap' }}>
                  {rule.number}
                  {matched.has(rule.number) && (
                    <Typography variant="caption" sx={{ ml: 1, color: 'success.main', fontWeight: 650 }}>
                      matched
                    </Typography>
                  )}
                </TableCell>
                {columns('', [...rule.inputs, ...rule.outputs]).map(({ id, title }) => (
                  <TableCell key={id}>
                    <Entry text={title || '–'} />
                  </TableCell>
                ))}
                {annotated && <TableCell sx={{ color: 'text.secondary' }}>{rule.annotation}</TableCell>}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </TableContainer>
      {left > 0 && (
        <Typography variant="body2" sx={{ px: 2, py: 1.25, color: 'text.secondary' }}>
          … and {left.toLocaleString()} more rules
        </Typography>
      )}
    </>
  )
}

/** Cells in their order; titles may repeat. */
const columns = (prefix: string, titles: readonly string[]) =>
  titles.map((title, place) => ({
    id: `${prefix}${place}`,
    title: prefix === '' ? title : `${prefix} ${title}`,
  }))

function Entry({ text }: { readonly text: string }): ReactNode {
  return (
    <Box
      component="code"
      sx={{ fontFamily: monospace, fontSize: '0.8125rem', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
    >
      {text}
    </Box>
  )
}
