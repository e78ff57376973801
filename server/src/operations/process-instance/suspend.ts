import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { submit } from '../submit.ts'

export const suspendProcessInstance = operation({
  id: 'suspendProcessInstance',
  target: ({ params }) => params.processInstanceKey,
  run: async (context, { params }) => {
    const key = keyOf('process instance', params.processInstanceKey)
    return key.ok ? submit(context, key.value, { type: 'suspend-instance' }) : key
  },
})
