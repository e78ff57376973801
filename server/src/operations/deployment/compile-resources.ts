/** Compiles the files of a deployment, each by the ending of its name. */
import type { deploymentResource } from '@braid/contract/deployment.ts'
import type { Finding } from '@braid/contract/problem.ts'
import type { DecisionModel } from '@braid/core/model/decision-model.ts'
import type { Program } from '@braid/core/model/program.ts'
import type { z } from 'zod'
import type { CompiledDag, DefinitionFinding } from '../dependencies.ts'
import type { Context } from '../operation.ts'
import type { DeploymentCode } from './deployment-code.ts'
import { type FormFile, readFormFile } from './read-form-file.ts'

type Resource = z.output<typeof deploymentResource>
type Compilers = Pick<Context, 'compile' | 'compileDecisions' | 'compileDag'>

export type DagFile = Pick<CompiledDag, 'program' | 'model'>

export type Compiled = {
  readonly resource: Resource
  readonly programs: readonly Program[]
  /** At most one. */
  readonly dags: readonly DagFile[]
  readonly forms: readonly FormFile[]
  /** At most one, with the file itself first. */
  readonly decisions: readonly DecisionModel[]
  readonly findings: readonly Finding[]
}

const isDecisions = ({ name }: Resource): boolean => /\.dmn$/i.test(name)
/** Such a file needs the others of the deployment. */
const hasImport = (text: string): boolean => /<(?:[\w.-]+:)?import[\s/>]/.test(text)

export async function compileResources(
  compilers: Compilers,
  resources: readonly Resource[],
): Promise<readonly Compiled[]> {
  const compiled: Compiled[] = []
  // One after the other: compiling is work for the processor, and deployments should not take it from the engine.
  for (const resource of resources) {
    const { findings, ...made } = await compileResource(compilers, resource, resources)
    const nothing = { programs: [], dags: [], forms: [], decisions: [] }
    compiled.push({ ...nothing, ...made, resource, findings: findings.map((each) => placed(each, resource)) })
  }
  return compiled
}

const placed = (
  { severity, code, message, elementId, line, column }: DefinitionFinding,
  { name }: Resource,
): Finding => ({
  severity,
  code,
  message,
  resourceName: name,
  ...(elementId === undefined ? {} : { elementId }),
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
})

type Made = Partial<Pick<Compiled, 'programs' | 'dags' | 'forms' | 'decisions'>> & {
  readonly findings: readonly DefinitionFinding[]
}

async function compileResource(
  { compile, compileDecisions, compileDag }: Compilers,
  resource: Resource,
  all: readonly Resource[],
): Promise<Made> {
  const { name, content } = resource
  if (/\.form$/i.test(name)) {
    const read = readFormFile(content)
    return read.ok ? { forms: [read.value.form], findings: read.value.warnings } : { findings: read.error }
  }
  if (/\.dag\.(ya?ml|json)$/i.test(name)) {
    const compiled = await compileDag(content)
    return compiled.ok
      ? { dags: [compiled.value], findings: compiled.value.warnings }
      : { findings: compiled.error }
  }
  if (isDecisions(resource)) {
    const others = hasImport(content) ? all.filter((other) => other !== resource && isDecisions(other)) : []
    const compiled = await compileDecisions([content, ...others.map((other) => other.content)])
    // What is wrong in another file is said there.
    const ofThis = ({ file }: { readonly file: number }): boolean => file === 0
    return compiled.ok
      ? { decisions: [compiled.value.model], findings: compiled.value.warnings.filter(ofThis) }
      : { findings: compiled.error.filter(ofThis) }
  }
  if (/\.(bpmn|xml)$/i.test(name)) {
    const compiled = await compile(content)
    return compiled.ok
      ? { programs: compiled.value.programs, findings: compiled.value.warnings }
      : { findings: compiled.error }
  }
  const code: DeploymentCode = 'UNKNOWN_FILE_TYPE'
  const message = 'expected a file that ends in .bpmn, .xml, .dmn, .form, .dag.yaml, .dag.yml or .dag.json'
  return { findings: [{ severity: 'error', code, message }] }
}
