import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { notFound, refuse } from '../refusal.ts'
import { submit } from '../submit.ts'

export const resolveIncident = operation({
  id: 'resolveIncident',
  target: ({ params }) => params.incidentKey,
  run: async (context, { params: { incidentKey } }) => {
    const key = keyOf('incident', incidentKey)
    if (!key.ok) return key
    const incident = await context.reads.getIncident(key.value)
    if (incident === undefined) return notFound('incident', incidentKey)
    if (incident.state !== 'ACTIVE')
      return refuse('INVALID_STATE', `incident ${incidentKey} is resolved already`)
    const instanceKey = keyOf('process instance', incident.processInstanceKey)
    if (!instanceKey.ok) return instanceKey
    return submit(context, instanceKey.value, { type: 'resolve-incident', incidentKey: key.value })
  },
})
