import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'
import { submit } from '../submit.ts'

export const activateAdHocActivities = operation({
  id: 'activateAdHocActivities',
  target: ({ params }) => params.adHocSubProcessInstanceKey,
  run: async (context, { params: { adHocSubProcessInstanceKey }, body }) => {
    const key = keyOf('element instance', adHocSubProcessInstanceKey)
    if (!key.ok) return key
    const found = await context.reads.getElementInstance(key.value)
    if (found === undefined) return notFound('element instance', adHocSubProcessInstanceKey)
    const instanceKey = keyOf('process instance', found.processInstanceKey)
    if (!instanceKey.ok) return instanceKey
    return submit(context, instanceKey.value, {
      type: 'activate-elements',
      elementInstanceKey: key.value,
      elements: body.elements.map(({ elementId, variables = {} }) => ({ element: elementId, variables })),
      cancelRemaining: body.cancelRemainingInstances === true,
    })
  },
})
