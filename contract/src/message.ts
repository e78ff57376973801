import { z } from 'zod'
import { json, route } from './route.ts'
import { id, jsonObject, key, tenantId, text } from './schema.ts'

const message = {
  name: id,
  correlationKey: text(4096).optional(),
  variables: jsonObject.optional(),
  tenantId: tenantId.optional(),
}
const tag = 'Messages and signals'

export const messageRoutes = {
  publishMessage: route({
    method: 'POST',
    path: '/messages/publication',
    tag,
    summary: 'Publish a message: it waits in the buffer for timeToLive',
    permission: 'message:publish',
    surface: 'field',
    body: z.strictObject({
      ...message,
      messageId: text(255).optional(),
      /** Milliseconds. */
      timeToLive: z.int().min(0).max(31_536_000_000).optional(),
    }),
    response: json(z.object({ messageKey: key, tenantId })),
  }),
  correlateMessage: route({
    method: 'POST',
    path: '/messages/correlation',
    tag,
    summary: 'Correlate a message now, or answer 404',
    permission: 'message:publish',
    surface: 'field',
    body: z.strictObject(message),
    response: json(z.object({ messageKey: key, processInstanceKey: key, tenantId })),
  }),
  broadcastSignal: route({
    method: 'POST',
    path: '/signals/broadcast',
    tag,
    summary: 'Broadcast a signal to everything that waits for it',
    permission: 'signal:broadcast',
    surface: 'field',
    body: z.strictObject({ signalName: id, variables: jsonObject.optional(), tenantId: tenantId.optional() }),
    response: json(z.object({ signalKey: key, tenantId })),
  }),
} as const
