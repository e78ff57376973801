import type { Deployment } from '@braid/contract/deployment.ts'
import type { Finding } from '@braid/contract/problem.ts'
import Alert from '@mui/material/Alert'
import AlertTitle from '@mui/material/AlertTitle'
import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'
import { dagPath } from '../dag/dag-run-state.ts'
import { monospace } from '../theme/theme.ts'
import type { DeployOutcome } from './use-deploy.ts'

/** What came of a deployment: links to what runs now, or each flaw with the place where it is. */
export function DeployResult(props: {
  readonly outcome: DeployOutcome | undefined
  readonly onDismiss: () => void
}): ReactNode {
  const { outcome, onDismiss } = props
  if (outcome === undefined) return null
  if (outcome.kind === 'refused')
    return (
      <Alert
        severity="error"
        onClose={onDismiss}
        sx={{ mb: 2, '& .MuiAlert-message': { flex: 1, minWidth: 0 } }}
      >
        <AlertTitle>Not deployed: nothing was stored</AlertTitle>
        {outcome.findings.length === 0 ? outcome.message : <Refusal findings={outcome.findings} />}
      </Alert>
    )
  const { deployments, warnings } = outcome.deployment
  return (
    <Alert
      severity={warnings.length > 0 ? 'warning' : 'success'}
      onClose={onDismiss}
      sx={{ mb: 2, '& .MuiAlert-message': { flex: 1, minWidth: 0 } }}
    >
      <AlertTitle>Deployed</AlertTitle>
      {deployments.map((item) => (
        <Deployed key={keyOf(item)} item={item} />
      ))}
      {warnings.length > 0 && <Findings findings={warnings} />}
    </Alert>
  )
}

type Item = Deployment['deployments'][number]

const keyOf = (item: Item): string =>
  'processDefinition' in item
    ? item.processDefinition.processDefinitionKey
    : 'decisionRequirements' in item
      ? item.decisionRequirements.decisionRequirementsKey
      : 'decisionDefinition' in item
        ? item.decisionDefinition.decisionDefinitionKey
        : 'dag' in item
          ? item.dag.dagKey
          : item.form.formKey

/** A file of decisions is told by its decisions. */
function Deployed({ item }: { readonly item: Item }): ReactNode {
  if ('processDefinition' in item) {
    const { processDefinitionId, name, processDefinitionVersion } = item.processDefinition
    return (
      <div>
        <Link component={RouterLink} to={`/processes/${encodeURIComponent(processDefinitionId)}`}>
          {name ?? processDefinitionId}
        </Link>
        , version {processDefinitionVersion}
      </div>
    )
  }
  if ('decisionRequirements' in item) return null
  if ('decisionDefinition' in item) {
    const { decisionDefinitionId, name, version } = item.decisionDefinition
    return (
      <div>
        <Link component={RouterLink} to={`/decisions/${encodeURIComponent(decisionDefinitionId)}`}>
          Decision {name === '' ? decisionDefinitionId : name}
        </Link>
        , version {version}
      </div>
    )
  }
  if ('dag' in item) {
    return (
      <div>
        DAG{' '}
        <Link component={RouterLink} to={dagPath(item.dag.dagId)} color="inherit">
          {item.dag.title}
        </Link>
        , version {item.dag.version}
      </div>
    )
  }
  return (
    <div>
      Form {item.form.formId}, version {item.form.version}
    </div>
  )
}

function placeOf(finding: Finding): string {
  return [
    finding.resourceName,
    finding.line === undefined ? undefined : `line ${finding.line}`,
    finding.elementId === undefined ? undefined : `element ${finding.elementId}`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ')
}

/** What must be mended, apart from what would be no reason to refuse. */
function Refusal({ findings }: { readonly findings: readonly Finding[] }): ReactNode {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const warnings = findings.filter(({ severity }) => severity === 'warning')
  return (
    <>
      <Findings findings={errors} />
      {warnings.length > 0 && (
        <>
          <Typography variant="subtitle2" sx={{ mt: 1.5 }}>
            Also noticed, no reason to refuse
          </Typography>
          <Findings findings={warnings} />
        </>
      )}
    </>
  )
}

function Findings({ findings }: { readonly findings: readonly Finding[] }): ReactNode {
  return (
    <Box
      component="ul"
      aria-label="Findings"
      sx={{ listStyle: 'none', m: 0, mt: 0.5, p: 0, maxHeight: 320, overflow: 'auto' }}
    >
      {findings.map((finding) => (
        <Box
          component="li"
          key={`${finding.resourceName} ${finding.line} ${finding.elementId} ${finding.code} ${finding.message}`}
          sx={{ py: 0.75, borderTop: '1px solid color-mix(in srgb, currentColor 15%, transparent)' }}
        >
          <Typography variant="body2">{finding.message}</Typography>
          <Typography variant="caption" component="div" sx={{ opacity: 0.85, overflowWrap: 'anywhere' }}>
            {placeOf(finding)} ·{' '}
            <Box component="code" sx={{ fontFamily: monospace }}>
              {finding.code}
            </Box>
          </Typography>
        </Box>
      ))}
    </Box>
  )
}
