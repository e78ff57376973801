/**
 * Frames of the live stream of one process instance (server-sent events). Each frame's `data` is one of these; the SSE
 * event name is its `type`. `history` frames carry their version as SSE id, so that a client that reconnects with
 * `Last-Event-ID` misses nothing. Order: one `status`, then every `history` after the resumed version, then `end`.
 */
import { z } from 'zod'
import { processEvent } from './event.ts'
import { dateTime, key } from './schema.ts'

const states = z.enum(['ACTIVE', 'SUSPENDED', 'COMPLETED', 'TERMINATED'])

export const statusFrame = z.object({
  type: z.literal('status'),
  processInstanceKey: key,
  processDefinitionKey: key,
  state: states,
  hasIncident: z.boolean(),
})
export const historyFrame = z.object({
  type: z.literal('history'),
  version: z.int(),
  timestamp: dateTime,
  events: z.array(processEvent),
})
/** The instance ended and everything was delivered: do not reconnect. */
export const endFrame = z.object({ type: z.literal('end'), state: states })

export const processInstanceFrame = z.discriminatedUnion('type', [statusFrame, historyFrame, endFrame])
export type ProcessInstanceFrame = z.output<typeof processInstanceFrame>
