import type { DecisionEvaluation, EvaluatedDecision } from '@braid/contract/decision.ts'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { monospace } from '../../theme/theme.ts'

/** The result, and how it came about: each decision with its inputs and the rules that matched. */
export function EvaluationResult({ evaluation }: { readonly evaluation: DecisionEvaluation }): ReactNode {
  const { output, failedDecisionDefinitionId: failed, failureMessage, evaluatedDecisions } = evaluation
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      {failureMessage === undefined ? (
        <Paper variant="outlined" sx={{ p: 2 }}>
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            Result
          </Typography>
          <Json text={output} large />
        </Paper>
      ) : (
        <Alert severity="error">
          {failed}: {failureMessage}
        </Alert>
      )}
      {evaluatedDecisions.toReversed().map((decision) => (
        <Evaluated key={decision.decisionEvaluationInstanceKey} decision={decision} />
      ))}
    </Box>
  )
}

function Evaluated({ decision }: { readonly decision: EvaluatedDecision }): ReactNode {
  const { decisionDefinitionName, decisionDefinitionType, output, evaluatedInputs, matchedRules } = decision
  return (
    <Paper variant="outlined" sx={{ p: 2 }}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'baseline', flexWrap: 'wrap' }}>
        <Typography variant="h3">{decisionDefinitionName}</Typography>
        <Json text={output} />
      </Box>
      {evaluatedInputs.map(({ inputId, inputName, inputValue }) => (
        <Box key={inputId} sx={{ display: 'flex', gap: 1, alignItems: 'baseline', mt: 0.5 }}>
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            {inputName || inputId} =
          </Typography>
          <Json text={inputValue} />
        </Box>
      ))}
      {decisionDefinitionType === 'DECISION_TABLE' && <MatchedRules rules={matchedRules} />}
    </Paper>
  )
}

function MatchedRules({ rules }: { readonly rules: EvaluatedDecision['matchedRules'] }): ReactNode {
  const [first] = rules
  if (first === undefined) {
    return (
      <Typography variant="body2" sx={{ color: 'text.secondary', mt: 1 }}>
        No rule matched.
      </Typography>
    )
  }
  return (
    <TableContainer sx={{ mt: 1 }}>
      <Table size="small" aria-label="Matched rules">
        <TableHead>
          <TableRow>
            <TableCell>Rule</TableCell>
            {first.evaluatedOutputs.map(({ outputId, outputName }) => (
              <TableCell key={outputId}>{outputName || outputId}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rules.map(({ ruleIndex, ruleId, evaluatedOutputs }) => (
            <TableRow key={ruleIndex}>
              <TableCell>
                {ruleIndex}
                <Typography variant="caption" sx={{ color: 'text.secondary', ml: 1 }}>
                  {ruleId}
                </Typography>
              </TableCell>
              {evaluatedOutputs.map(({ outputId, outputValue }) => (
                <TableCell key={outputId}>
                  <Json text={outputValue} />
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}

function Json({ text, large = false }: { readonly text: string; readonly large?: boolean }): ReactNode {
  return (
    <Box
      component="code"
      sx={{
        display: large ? 'block' : 'inline',
        fontFamily: monospace,
        fontSize: large ? '1.125rem' : '0.8125rem',
        overflowWrap: 'anywhere',
      }}
    >
      {text}
    </Box>
  )
}
