import { success } from '@braid/core/base/result.ts'
import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound } from '../refusal.ts'

export const getIncident = operation({
  id: 'getIncident',
  run: async ({ reads }, { params }) => {
    const key = keyOf('incident', params.incidentKey)
    if (!key.ok) return key
    const found = await reads.getIncident(key.value)
    return found === undefined ? notFound('incident', params.incidentKey) : success(found)
  },
})
