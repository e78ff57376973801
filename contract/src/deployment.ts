import { z } from 'zod'
import { createdBatchOperation } from './batch-operation.ts'
import { finding } from './problem.ts'
import { json, route } from './route.ts'
import { id, key, operationReference, tenantId, text } from './schema.ts'

export const deploymentResource = z.strictObject({
  /** File name with extension: `.bpmn` (or `.bpmn20.xml`, `.xml`), `.dmn`, `.form`, `.dag.yaml` or `.dag.json`. */
  name: text(512).min(1),
  content: z.string(),
})

export const deployedProcess = z.object({
  processDefinitionId: id,
  name: z.string().optional(),
  processDefinitionVersion: z.int(),
  processDefinitionKey: key,
  resourceName: z.string(),
  tenantId,
})
export const deployedForm = z.object({
  formId: id,
  version: z.int(),
  formKey: key,
  resourceName: z.string(),
  tenantId,
})

export const deployedDecisionRequirements = z.object({
  decisionRequirementsId: z.string(),
  decisionRequirementsName: z.string(),
  version: z.int(),
  decisionRequirementsKey: key,
  resourceName: z.string(),
  tenantId,
})
export const deployedDecision = z.object({
  decisionDefinitionId: id,
  name: z.string(),
  version: z.int(),
  decisionDefinitionKey: key,
  decisionRequirementsId: z.string(),
  decisionRequirementsKey: key,
  tenantId,
})

export const deployedDag = z.object({
  dagId: z.string(),
  title: z.string(),
  version: z.int(),
  dagKey: key,
  resourceName: z.string(),
})

export const deployment = z.object({
  deploymentKey: key,
  tenantId,
  deployments: z.array(
    z.union([
      z.object({ processDefinition: deployedProcess }),
      z.object({ decisionRequirements: deployedDecisionRequirements }),
      z.object({ decisionDefinition: deployedDecision }),
      z.object({ form: deployedForm }),
      z.object({ dag: deployedDag }),
    ]),
  ),
  /** What will run, but perhaps not as meant. */
  warnings: z.array(finding),
})
export type Deployment = z.output<typeof deployment>

export const resourceDeletion = z.object({
  resourceKey: key,
  /** Deletes the instances of a process definition; null when there is nothing left to do. */
  batchOperation: createdBatchOperation.nullable(),
})

export const deploymentRoutes = {
  deleteResource: route({
    method: 'POST',
    path: '/resources/{resourceKey}/deletion',
    tag: 'Deployments',
    summary:
      'Delete a process definition, a DAG, a file of decisions or a form; refused while instances of the definition run',
    permission: 'resource:delete',
    surface: 'field',
    params: z.object({ resourceKey: key }),
    body: z
      .strictObject({
        operationReference: operationReference.optional(),
        /** Ended instances are deleted, too: in the background. */
        deleteHistory: z.boolean().optional(),
        /** Running instances are canceled and deleted, too. */
        cancelInstances: z.boolean().optional(),
      })
      .optional(),
    response: json(resourceDeletion),
  }),
  createDeployment: route({
    method: 'POST',
    path: '/deployments',
    tag: 'Deployments',
    summary: 'Deploy BPMN processes, DMN decisions, forms and DAGs, all of them or none',
    permission: 'deployment:create',
    surface: 'field',
    bodyKind: 'multipart',
    body: z.strictObject({
      resources: z.array(deploymentResource).min(1).max(100),
      tenantId: tenantId.optional(),
    }),
    response: json(deployment),
  }),
} as const
