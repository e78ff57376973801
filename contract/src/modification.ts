/** Moving tokens of a process instance by hand, in the words of Camunda 8. */
import { z } from 'zod'
import { id, jsonObject, key, operationReference, text } from './schema.ts'

const maxInstructions = 1_000

/** Variables for an element that is activated or a scope around it; without `scopeId` for the process. */
const variableInstructions = z
  .array(z.strictObject({ variables: jsonObject, scopeId: text(255).optional() }))
  .max(100)
  .optional()

/** `-1`, as absent: the scope that lives, if it is one only. */
const ancestorKey = z.union([key, z.literal('-1'), z.literal(-1), z.literal('')])

const activateInstruction = z.strictObject({
  elementId: id,
  ancestorElementInstanceKey: ancestorKey.optional(),
  variableInstructions,
})

const terminateInstruction = z.union(
  [z.strictObject({ elementInstanceKey: key }), z.strictObject({ elementId: id })],
  { error: 'expected an object with either elementInstanceKey or elementId' },
)

const source = z.union(
  [
    z.strictObject({ sourceType: z.literal('byId').optional(), sourceElementId: id }),
    z.strictObject({ sourceType: z.literal('byKey').optional(), sourceElementInstanceKey: key }),
  ],
  { error: 'expected an object with either sourceElementId or sourceElementInstanceKey' },
)

const ancestorScopeInstruction = z.union([
  z.strictObject({ ancestorScopeType: z.literal('direct'), ancestorElementInstanceKey: key }),
  /** The innermost scope around the source that can hold the target; or only the source's own. */
  z.strictObject({ ancestorScopeType: z.enum(['inferred', 'sourceParent']) }),
])

const target = {
  targetElementId: id,
  ancestorScopeInstruction: ancestorScopeInstruction.optional(),
  variableInstructions,
}

const moveInstruction = z.union(
  [
    z.strictObject({ sourceElementInstruction: source, ...target }),
    z.strictObject({ sourceElementId: id, ...target }),
    z.strictObject({ sourceElementInstanceKey: key, ...target }),
  ],
  { error: 'expected an object with a source (sourceElementInstruction) and targetElementId' },
)

export const processInstanceModification = z.strictObject({
  activateInstructions: z.array(activateInstruction).max(maxInstructions).optional(),
  terminateInstructions: z.array(terminateInstruction).max(maxInstructions).optional(),
  moveInstructions: z.array(moveInstruction).max(maxInstructions).optional(),
  operationReference: operationReference.optional(),
})
export type ProcessInstanceModification = z.output<typeof processInstanceModification>

/** Of a batch: every instance of one element becomes one of another. */
export const batchMoveInstructions = z
  .array(z.strictObject({ sourceElementId: id, targetElementId: id }))
  .min(1)
  .max(maxInstructions)
