import type { ProcessInstanceModification } from '@braid/contract/modification.ts'
import { type Key, parseKey } from '@braid/core/base/key.ts'
import type {
  ElementInstanceChoice,
  ModifyInstance,
  MoveInstruction,
  VariableInstruction,
} from '@braid/core/engine/command.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { submit } from '../submit.ts'

export const modifyProcessInstance = operation({
  id: 'modifyProcessInstance',
  target: ({ params }) => params.processInstanceKey,
  run: async (context, { params, body }) => {
    const key = keyOf('process instance', params.processInstanceKey)
    return key.ok ? submit(context, key.value, commandOf(body)) : key
  },
})

type Move = NonNullable<ProcessInstanceModification['moveInstructions']>[number]
type Variables = Move['variableInstructions']

function commandOf(body: ProcessInstanceModification): ModifyInstance {
  const { activateInstructions = [], terminateInstructions = [], moveInstructions = [] } = body
  return {
    type: 'modify-instance',
    activate: activateInstructions.map(({ elementId, ancestorElementInstanceKey, variableInstructions }) => {
      const ancestor = isKey(ancestorElementInstanceKey) ? keyIn(ancestorElementInstanceKey) : undefined
      return {
        element: elementId,
        variables: variablesOf(variableInstructions),
        ...(ancestor === undefined ? {} : { ancestor }),
      }
    }),
    terminate: terminateInstructions.map((instruction) =>
      'elementId' in instruction
        ? { element: instruction.elementId }
        : { key: keyIn(instruction.elementInstanceKey) },
    ),
    move: moveInstructions.map(moveOf),
  }
}

function moveOf(move: Move): MoveInstruction {
  const { targetElementId, ancestorScopeInstruction: scope, variableInstructions } = move
  return {
    from: sourceOf('sourceElementInstruction' in move ? move.sourceElementInstruction : move),
    to: targetElementId,
    ancestor: ancestorOf(scope),
    variables: variablesOf(variableInstructions),
  }
}

function ancestorOf(scope: Move['ancestorScopeInstruction']): MoveInstruction['ancestor'] {
  if (scope === undefined) return 'inferred'
  if ('ancestorElementInstanceKey' in scope) return keyIn(scope.ancestorElementInstanceKey)
  return scope.ancestorScopeType === 'inferred' ? 'inferred' : 'source-parent'
}

const sourceOf = (
  source: { readonly sourceElementId: string } | { readonly sourceElementInstanceKey: string },
): ElementInstanceChoice =>
  'sourceElementId' in source
    ? { element: source.sourceElementId }
    : { key: keyIn(source.sourceElementInstanceKey) }

const variablesOf = (instructions: Variables = []): readonly VariableInstruction[] =>
  instructions.map(({ scopeId, variables }) =>
    scopeId === undefined || scopeId === '' ? { variables } : { scope: scopeId, variables },
  )

const isKey = (text: string | number | undefined): text is string =>
  typeof text === 'string' && text !== '' && text !== '-1'

/** No element instance has the key 0: a number that can't be one is not found. */
const keyIn = (text: string): Key => parseKey(text) ?? (0 as Key)
