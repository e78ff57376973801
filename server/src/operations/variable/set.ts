import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'
import { submit } from '../submit.ts'

export const setVariables = operation({
  id: 'setVariables',
  target: ({ params }) => params.elementInstanceKey,
  run: async (context, { params, body }) => {
    const scope = keyOf('element instance', params.elementInstanceKey)
    if (!scope.ok) return scope
    const element = await context.reads.getElementInstance(scope.value)
    if (element === undefined) return notFound('element instance', params.elementInstanceKey)
    const instanceKey = keyOf('process instance', element.processInstanceKey)
    if (!instanceKey.ok) return instanceKey
    return submit(context, instanceKey.value, {
      type: 'set-variables',
      scope: scope.value,
      variables: body.variables,
      local: body.local ?? false,
    })
  },
})
