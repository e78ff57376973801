import type { Finding } from '@braid/contract/problem.ts'
import { DEFAULT_TENANT } from '@braid/contract/schema.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import { formatKey } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { StoredDeployment } from '../../store/deploy.ts'
import { requirementsIdOf } from '../../store/deploy-decisions.ts'
import { startEventsOf } from '../../store/start-events.ts'
import { type Answer, type Context, operation } from '../operation.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { type Compiled, compileResources } from './compile-resources.ts'
import type { DeploymentCode } from './deployment-code.ts'

const codes = {
  repeated: 'REPEATED_ID',
  start: 'UNKNOWN_START',
} as const satisfies Readonly<Record<string, DeploymentCode>>

export const createDeployment = operation({
  id: 'createDeployment',
  target: (_, answer) => answer.deploymentKey,
  run: (context, { body }) => deployResources(context, body.resources),
})

type Deployer = Pick<Context, 'compile' | 'compileDecisions' | 'compileDag' | 'deploy'> & {
  readonly execution: Pick<Context['execution'], 'now' | 'definitionsChanged'>
}

/** Stores all files or none; also for those that applications bring. */
export async function deployResources(
  context: Deployer,
  resources: Parameters<typeof compileResources>[1],
): Promise<Result<Answer<'createDeployment'>, Refusal>> {
  const compiled = await compileResources(context, resources)
  const at = context.execution.now()
  const findings = [
    ...compiled.flatMap((file) => file.findings),
    ...repeatedIds(compiled),
    ...unknownStarts(compiled, at),
  ]
  const errors = findings.filter((finding) => finding.severity === 'error')
  const [first] = errors
  if (first !== undefined) {
    const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`
    return refuse('INVALID_DEFINITION', `${first.resourceName}: ${first.message}${more}`, { findings })
  }
  const stored = await context.deploy({
    at,
    processes: compiled.flatMap(({ resource, programs, dags }) => {
      const file = { resourceName: resource.name, xml: resource.content }
      return [
        ...programs.map((program) => ({ ...file, program })),
        ...dags.map(({ program, model }) => ({
          ...file,
          program,
          source: { language: 'dag' as const, model },
        })),
      ]
    }),
    forms: compiled.flatMap(({ resource, forms }) =>
      forms.map((form) => ({ resourceName: resource.name, ...form })),
    ),
    decisions: compiled.flatMap(({ resource, decisions }) =>
      decisions.map((model) => ({ resourceName: resource.name, xml: resource.content, model })),
    ),
  })
  context.execution.definitionsChanged()
  return success(answerOf(stored, compiled, findings))
}

/** One deployment makes one version of each process, decision and form. */
function repeatedIds(compiled: readonly Compiled[]): readonly Finding[] {
  const seen = new Set<string>()
  return compiled.flatMap(({ resource, programs, dags, forms, decisions }) => {
    const ids = [
      ...programs.map(({ processId }) => `process ${processId}`),
      // One name space: a DAG is called as a process is.
      ...dags.map(({ program }) => `process ${program.processId}`),
      ...forms.map(({ formId }) => `form ${formId}`),
      ...decisions.flatMap(({ files: [file] }) => [
        `decision requirements ${file === undefined ? '' : requirementsIdOf(file)}`,
        ...(file?.decisions ?? []).map(({ id }) => `decision ${id}`),
      ]),
    ]
    return ids.flatMap((id) => {
      if (!seen.has(id)) {
        seen.add(id)
        return []
      }
      const message = `the ${id} is already in another file of this deployment`
      return [{ severity: 'error' as const, code: codes.repeated, message, resourceName: resource.name }]
    })
  })
}

/** What a start event waits for must be known before there is an instance with variables. */
function unknownStarts(compiled: readonly Compiled[], at: Instant): readonly Finding[] {
  return compiled.flatMap(({ resource, programs }) =>
    programs.flatMap((program) => {
      const starts = startEventsOf(program, at)
      if (starts.ok) return []
      const { element: elementId } = starts.error
      const message = `start event ${elementId}: ${starts.error.message}`
      const finding = { severity: 'error', code: codes.start, message, elementId } as const
      return [{ ...finding, resourceName: resource.name }]
    }),
  )
}

function answerOf(
  stored: StoredDeployment,
  compiled: readonly Compiled[],
  warnings: readonly Finding[],
): Answer<'createDeployment'> {
  const programs = compiled.flatMap((file) => file.programs)
  const names = new Map(programs.map(({ processId, name }) => [processId, name]))
  const dags = new Map(compiled.flatMap((file) => file.dags).map(({ model }) => [model.id, model]))
  return {
    deploymentKey: formatKey(stored.deploymentKey),
    tenantId: DEFAULT_TENANT,
    deployments: [
      ...stored.processes.map(({ processDefinitionKey, processDefinitionId, version, resourceName }) => {
        const dag = dags.get(processDefinitionId)
        const key = formatKey(processDefinitionKey)
        if (dag !== undefined) {
          const { id: dagId, title = dagId } = dag
          return { dag: { dagId, title, version, dagKey: key, resourceName } }
        }
        return {
          processDefinition: {
            processDefinitionId,
            name: names.get(processDefinitionId),
            processDefinitionVersion: version,
            processDefinitionKey: key,
            resourceName,
            tenantId: DEFAULT_TENANT,
          },
        }
      }),
      ...stored.decisions.flatMap(decisionsOf),
      ...stored.forms.map(({ formKey, formId, version, resourceName }) => ({
        form: { formId, version, formKey: formatKey(formKey), resourceName, tenantId: DEFAULT_TENANT },
      })),
    ],
    warnings,
  }
}

/** The file, then the decisions in it. */
function decisionsOf(
  stored: StoredDeployment['decisions'][number],
): Answer<'createDeployment'>['deployments'] {
  const { requirementsId: decisionRequirementsId, name, version, resourceName, decisions } = stored
  const decisionRequirementsKey = formatKey(stored.requirementsKey)
  const requirements = { decisionRequirementsId, decisionRequirementsKey, tenantId: DEFAULT_TENANT }
  return [
    { decisionRequirements: { ...requirements, decisionRequirementsName: name, version, resourceName } },
    ...decisions.map((decision) => ({
      decisionDefinition: {
        ...requirements,
        decisionDefinitionId: decision.decisionId,
        decisionDefinitionKey: formatKey(decision.decisionKey),
        name: decision.name,
        version: decision.version,
      },
    })),
  ]
}
