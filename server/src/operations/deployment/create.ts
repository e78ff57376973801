import type { deploymentResource } from '@braid/contract/deployment.ts'
import type { Finding } from '@braid/contract/problem.ts'
import { DEFAULT_TENANT } from '@braid/contract/schema.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import { formatKey } from '@braid/core/base/key.ts'
import { success } from '@braid/core/base/result.ts'
import type { Program } from '@braid/core/model/program.ts'
import type { z } from 'zod'
import type { StoredDeployment } from '../../store/deploy.ts'
import { startEventsOf } from '../../store/start-events.ts'
import type { DefinitionFinding } from '../dependencies.ts'
import { type Answer, type Context, operation } from '../operation.ts'
import { refuse } from '../refusal.ts'
import type { DeploymentCode } from './deployment-code.ts'
import { type FormFile, readFormFile } from './read-form-file.ts'

type Resource = z.output<typeof deploymentResource>

type Compiled = {
  readonly resource: Resource
  readonly programs: readonly Program[]
  readonly forms: readonly FormFile[]
  readonly findings: readonly Finding[]
}

const codes = {
  fileType: 'UNKNOWN_FILE_TYPE',
  repeated: 'REPEATED_ID',
  start: 'UNKNOWN_START',
} as const satisfies Readonly<Record<string, DeploymentCode>>

export const createDeployment = operation({
  id: 'createDeployment',
  target: (_, answer) => answer.deploymentKey,
  run: async (context, { body }) => {
    const compiled: Compiled[] = []
    // One after the other: compiling is work for the processor, and deployments should not take it from the engine.
    for (const resource of body.resources) compiled.push(await compileResource(context, resource))
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
      processes: compiled.flatMap(({ resource, programs }) =>
        programs.map((program) => ({ resourceName: resource.name, xml: resource.content, program })),
      ),
      forms: compiled.flatMap(({ resource, forms }) =>
        forms.map((form) => ({ resourceName: resource.name, ...form })),
      ),
    })
    context.execution.definitionsChanged()
    return success(answerOf(stored, compiled, findings))
  },
})

async function compileResource(context: Context, resource: Resource): Promise<Compiled> {
  const nothing = { resource, programs: [], forms: [] }
  const placed = (findings: readonly DefinitionFinding[]): readonly Finding[] =>
    findings.map(({ severity, code, message, elementId, line }) => ({
      severity,
      code,
      message,
      resourceName: resource.name,
      ...(elementId === undefined ? {} : { elementId }),
      ...(line === undefined ? {} : { line }),
    }))
  if (/\.form$/i.test(resource.name)) {
    const read = readFormFile(resource.content)
    return read.ok
      ? { ...nothing, forms: [read.value.form], findings: placed(read.value.warnings) }
      : { ...nothing, findings: placed(read.error) }
  }
  if (/\.(bpmn|xml)$/i.test(resource.name)) {
    const compiled = await context.compile(resource.content)
    return compiled.ok
      ? { ...nothing, programs: compiled.value.programs, findings: placed(compiled.value.warnings) }
      : { ...nothing, findings: placed(compiled.error) }
  }
  const message = 'expected a file that ends in .bpmn, .xml or .form'
  return { ...nothing, findings: placed([{ severity: 'error', code: codes.fileType, message }]) }
}

/** One deployment makes one version of each process and form. */
function repeatedIds(compiled: readonly Compiled[]): readonly Finding[] {
  const seen = new Set<string>()
  return compiled.flatMap(({ resource, programs, forms }) => {
    const ids = [
      ...programs.map(({ processId }) => `process ${processId}`),
      ...forms.map(({ formId }) => `form ${formId}`),
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
  return {
    deploymentKey: formatKey(stored.deploymentKey),
    tenantId: DEFAULT_TENANT,
    deployments: [
      ...stored.processes.map(({ processDefinitionKey, processDefinitionId, version, resourceName }) => ({
        processDefinition: {
          processDefinitionId,
          name: names.get(processDefinitionId),
          processDefinitionVersion: version,
          processDefinitionKey: formatKey(processDefinitionKey),
          resourceName,
          tenantId: DEFAULT_TENANT,
        },
      })),
      ...stored.forms.map(({ formKey, formId, version, resourceName }) => ({
        form: { formId, version, formKey: formatKey(formKey), resourceName, tenantId: DEFAULT_TENANT },
      })),
    ],
    warnings,
  }
}
