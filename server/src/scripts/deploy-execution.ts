/** The process that runs of scripts are instances of: one job. In no list, for nobody draws or changes it. */
import { readFile } from 'node:fs/promises'
import type { Instant } from '@braid/core/base/instant.ts'
import { compileDefinition } from '../execution/compile-definition.ts'
import type { DeploymentInput, StoredDeployment } from '../store/deploy.ts'
import type { ScriptRunStore } from '../store/script-run-port.ts'

const resourceName = 'execution.bpmn'

export async function deployExecution(
  store: Pick<ScriptRunStore, 'findDefinition'>,
  deploy: (deployment: DeploymentInput) => Promise<StoredDeployment>,
  at: Instant,
): Promise<void> {
  if ((await store.findDefinition()) !== undefined) return
  const xml = await readFile(new URL(resourceName, import.meta.url), 'utf8')
  const compiled = await compileDefinition(xml)
  if (!compiled.ok)
    throw new Error(`the process of scripts does not compile: ${JSON.stringify(compiled.error)}`)
  const [program] = compiled.value.programs
  if (program === undefined) throw new Error('the process of scripts is empty')
  await deploy({
    at,
    processes: [{ resourceName, xml, program, source: { language: 'script' } }],
    forms: [],
  })
}
