/**
 * Frames of the WebSocket `/api/v1/ws`, JSON texts. A subscription gets one `snapshot`, then `changes` in order; frames
 * carry the `cursor` to resume after. At most one frame per subscription and tick: what happened in between is in it.
 */
import { z } from 'zod'
import { dagNodeStatus, dagRun, dagRunDetail, taskOutput } from './dag-run.ts'
import { processEvent } from './event.ts'
import { dateTime, key, text } from './schema.ts'

/** What a client can watch. */
export const liveTopic = z.discriminatedUnion('kind', [
  /** A run of a DAG: states of nodes, and what tasks say. */
  z.strictObject({ kind: z.literal('dag-run'), dagRunKey: key }),
  /** The history of a process instance (a DAG's run is one, too). */
  z.strictObject({ kind: z.literal('process-instance'), processInstanceKey: key }),
  /** The newest runs of DAGs, of one or of all. */
  z.strictObject({ kind: z.literal('dag-runs'), dagId: text(255).optional() }),
])
export type LiveTopic = z.output<typeof liveTopic>

/** The client chooses `id`s of its own. */
export const liveRequest = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    id: text(100).min(1),
    topic: liveTopic,
    /** Resume: changes after it, instead of a snapshot, as far as they are known. */
    after: text(200).optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), id: text(100).min(1) }),
])
export type LiveRequest = z.output<typeof liveRequest>

export const liveData = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('dag-run'),
    /** Whole in a snapshot. */
    run: dagRunDetail.optional(),
    /** Changed ones. */
    state: dagRun.shape.state.optional(),
    progress: z.number().optional(),
    endedAt: dateTime.optional(),
    nodes: z.array(dagNodeStatus).optional(),
    output: z.array(taskOutput),
  }),
  z.object({
    kind: z.literal('process-instance'),
    entries: z.array(z.object({ version: z.int(), timestamp: dateTime, events: z.array(processEvent) })),
  }),
  z.object({ kind: z.literal('dag-runs'), runs: z.array(dagRun) }),
])

export const liveFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.enum(['snapshot', 'changes']),
    id: z.string(),
    cursor: z.string(),
    data: liveData,
  }),
  /** Nothing more will come: the run has ended and all was sent. */
  z.object({ type: z.literal('end'), id: z.string() }),
  z.object({ type: z.literal('refused'), id: z.string().optional(), code: z.string(), detail: z.string() }),
])
export type LiveFrame = z.output<typeof liveFrame>
