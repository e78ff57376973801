import { operationUrl } from '@braid/contract/client.ts'
import type { DecisionDefinition } from '@braid/contract/decision.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import MenuItem from '@mui/material/MenuItem'
import Paper from '@mui/material/Paper'
import Skeleton from '@mui/material/Skeleton'
import TextField from '@mui/material/TextField'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink, useParams, useSearchParams } from 'react-router'
import { api, baseUrl, describeFailure } from '../../api/client.ts'
import { decisionVersionsQuery } from '../../api/queries.ts'
import { DownloadIcon, PlayIcon } from '../../frame/icons.tsx'
import { JsonEditor } from '../../frame/json-editor.tsx'
import { parseObject } from '../../frame/json-text.ts'
import { Failure } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { DecisionLogicView } from './decision-logic.tsx'
import { EvaluationResult } from './evaluation-result.tsx'
import { RecentEvaluations } from './recent-evaluations.tsx'

/** One decision in one of its versions: try it out, and see which rules matched. */
export function DecisionPage(): ReactNode {
  const { decisionId = '' } = useParams()
  const [parameters, setParameters] = useSearchParams()
  const versions = useQuery(decisionVersionsQuery(decisionId))
  if (versions.isError) return <Failure error={versions.error} onRetry={versions.refetch} />
  if (versions.isPending) return <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />
  const { items } = versions.data
  const wanted = Number(parameters.get('version'))
  const decision = items.find(({ version }) => version === wanted) ?? items[0]
  if (decision === undefined) return <Failure error={new Error(`No decision has the id “${decisionId}”.`)} />
  return (
    <Page
      title={decision.name === '' ? decisionId : decision.name}
      subtitle={
        <>
          <Link component={RouterLink} to="/processes" color="inherit">
            Processes and decisions
          </Link>{' '}
          / {decisionId}, in {decision.decisionRequirementsName}
        </>
      }
      actions={
        <Actions
          decision={decision}
          versions={items}
          onVersion={(version) => setParameters({ version: String(version) }, { replace: true })}
        />
      }
    >
      <Evaluation key={decision.decisionDefinitionKey} decision={decision} />
    </Page>
  )
}

function Actions(props: {
  readonly decision: DecisionDefinition
  readonly versions: readonly DecisionDefinition[]
  readonly onVersion: (version: number) => void
}): ReactNode {
  const { decisionDefinitionKey, decisionRequirementsId, version } = props.decision
  return (
    <>
      <TextField
        select
        label="Version"
        value={version}
        onChange={(event) => props.onVersion(Number(event.target.value))}
        sx={{ minWidth: 130 }}
      >
        {props.versions.map(({ version: each, versionTag }, index) => (
          <MenuItem key={each} value={each}>
            {each}
            {versionTag !== undefined && ` · ${versionTag}`}
            {index === 0 && ' (latest)'}
          </MenuItem>
        ))}
      </TextField>
      <Button
        component="a"
        href={operationUrl(baseUrl, 'getDecisionDefinitionXml', { params: { decisionDefinitionKey } })}
        download={`${decisionRequirementsId}.dmn`}
        variant="outlined"
        startIcon={<DownloadIcon />}
      >
        XML
      </Button>
    </>
  )
}

function Evaluation({ decision }: { readonly decision: DecisionDefinition }): ReactNode {
  const { decisionDefinitionKey } = decision
  const [text, setText] = useState('{}')
  const parsed = parseObject(text)
  const queryClient = useQueryClient()
  const evaluation = useMutation({
    mutationFn: (variables: JsonObject) =>
      api.evaluateDecision({ body: { decisionDefinitionKey, variables } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['decision-instances'] }),
  })
  const matched = (evaluation.data?.evaluatedDecisions ?? [])
    .filter((each) => each.decisionDefinitionKey === decisionDefinitionKey)
    .flatMap(({ matchedRules }) => matchedRules.map(({ ruleIndex }) => ruleIndex))
  const submit = (): void => {
    if (parsed.ok) evaluation.mutate(parsed.value)
  }
  return (
    <>
      <DecisionLogicView decision={decision} matched={new Set(matched)} />
      <Box
        sx={{
          display: 'grid',
          gap: 3,
          gridTemplateColumns: { xs: '1fr', md: '2fr 3fr' },
          alignItems: 'start',
        }}
      >
        <Paper
          variant="outlined"
          sx={{ p: 2 }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
          }}
        >
          <JsonEditor label="Variables" text={text} onChange={setText} autoFocus />
          <Button
            variant="contained"
            startIcon={<PlayIcon />}
            onClick={submit}
            loading={evaluation.isPending}
            disabled={!parsed.ok}
            sx={{ mt: 2 }}
          >
            Evaluate
          </Button>
        </Paper>
        <Box aria-live="polite">
          {evaluation.isError && <Alert severity="error">{describeFailure(evaluation.error)}</Alert>}
          {evaluation.data !== undefined && <EvaluationResult evaluation={evaluation.data} />}
        </Box>
      </Box>
      <RecentEvaluations decisionDefinitionKey={decisionDefinitionKey} />
    </>
  )
}
