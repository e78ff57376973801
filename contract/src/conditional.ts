import { z } from 'zod'
import { json, route } from './route.ts'
import { jsonObject, key, tenantId } from './schema.ts'

export const conditionalEvaluation = z.object({
  conditionalEvaluationKey: key,
  /** That were started: one for each start event whose condition holds. */
  processInstances: z.array(z.object({ processDefinitionKey: key, processInstanceKey: key })),
  tenantId,
})

export const conditionalRoutes = {
  evaluateConditionals: route({
    method: 'POST',
    path: '/conditionals/evaluation',
    tag: 'Conditionals',
    summary: 'Start processes whose conditional start event holds for the given variables',
    permission: 'process-instance:create',
    surface: 'field',
    body: z.strictObject({
      /** Conditions are asked for these, and the instances that are started get them. */
      variables: jsonObject,
      /** Only this definition; absent: the latest version of every process. */
      processDefinitionKey: key.optional(),
      tenantId: tenantId.optional(),
    }),
    response: json(conditionalEvaluation),
  }),
} as const
