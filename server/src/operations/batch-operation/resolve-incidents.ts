import { operation } from '../operation.ts'
import { startBatch } from './start.ts'

export const resolveIncidents = operation({
  id: 'resolveIncidents',
  target: (_, answer) => answer.batchOperationKey,
  run: (context, { body }, caller) =>
    startBatch(context, caller, {
      type: 'RESOLVE_INCIDENT',
      items: 'incidents',
      filter: body.filter,
      plan: { kind: 'resolve-incident' },
    }),
})
