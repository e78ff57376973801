import type { Key } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { ResolveIncident } from '@braid/core/engine/command.ts'
import { keyOf } from '../keys.ts'
import { type Context, operation } from '../operation.ts'
import { notFound, type Refusal, refuse } from '../refusal.ts'
import { submit } from '../submit.ts'

export const resolveIncident = operation({
  id: 'resolveIncident',
  target: ({ params }) => params.incidentKey,
  run: async (context, { params: { incidentKey }, body }) => {
    const found = await findOpenIncident(context, incidentKey)
    if (!found.ok) return found
    const { key, instanceKey } = found.value
    const retries = body?.retries === undefined ? {} : { retries: body.retries }
    const command: ResolveIncident = { type: 'resolve-incident', incidentKey: key, ...retries }
    const outcome = await submit(context, instanceKey, command)
    if (outcome.ok) return outcome
    // Who was quicker has perhaps ended the instance, too: whoever comes late is told the same as a moment later.
    const again = await findOpenIncident(context, incidentKey)
    return again.ok ? outcome : again
  },
})

async function findOpenIncident(
  { reads }: Context,
  incidentKey: string,
): Promise<Result<{ readonly key: Key; readonly instanceKey: Key }, Refusal>> {
  const key = keyOf('incident', incidentKey)
  if (!key.ok) return key
  const incident = await reads.getIncident(key.value)
  if (incident === undefined) return notFound('incident', incidentKey)
  if (incident.state !== 'ACTIVE')
    return refuse('ALREADY_RESOLVED', `incident ${incidentKey} is resolved already`)
  const instanceKey = keyOf('process instance', incident.processInstanceKey)
  if (!instanceKey.ok) return instanceKey
  return success({ key: key.value, instanceKey: instanceKey.value })
}
