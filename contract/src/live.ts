/**
 * Frames of the WebSocket `/api/v1/ws`, JSON texts. A subscription gets one `snapshot`, then `changes` in order; frames
 * carry the `cursor` to resume after. At most one frame per subscription and tick: what happened in between is in it.
 * A socket gets a `heartbeat` every 15 seconds, so that a client notices a connection that is dead.
 */
import { z } from 'zod'
import { dagNodeStatus, dagRun, dagRunDetail, taskOutput } from './dag-run.ts'
import { processEvent } from './event.ts'
import { type ProblemCode, problemCodes } from './problem.ts'
import { dateTime, key, text } from './schema.ts'

const codes = Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]

/** What a client can watch. */
export const liveTopic = z.discriminatedUnion('kind', [
  /** A run of a DAG: states of nodes, and what tasks say. */
  z.strictObject({
    kind: z.literal('dag-run'),
    dagRunKey: key,
    /** Whether to tell what tasks say: all, from the beginning, unless said. */
    output: z.enum(['all', 'none']).optional(),
  }),
  /** The history of a process instance (a DAG's run is one, too). */
  z.strictObject({ kind: z.literal('process-instance'), processInstanceKey: key }),
  /** The newest 50 runs of DAGs, of one or of all; looked at once a second. */
  z.strictObject({ kind: z.literal('dag-runs'), dagId: text(255).optional() }),
])
export type LiveTopic = z.output<typeof liveTopic>

/** The client chooses `id`s of its own. */
export const liveRequest = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    id: text(100).min(1),
    topic: liveTopic,
    /** Resume: changes after it, where they are known; a snapshot where they are not. */
    after: text(200).optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), id: text(100).min(1) }),
])
export type LiveRequest = z.output<typeof liveRequest>

export const liveData = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('dag-run'),
    /** Whole in a snapshot, and at its end. */
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
  /** Changed or new ones; in a snapshot all, the newest first. */
  z.object({ kind: z.literal('dag-runs'), runs: z.array(dagRun) }),
])
export type LiveData = z.output<typeof liveData>

export const liveFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.enum(['snapshot', 'changes']),
    id: z.string(),
    cursor: z.string(),
    data: liveData,
  }),
  /** Nothing more will come: the run has ended and all was sent. */
  z.object({ type: z.literal('end'), id: z.string() }),
  /** Of a subscription, which is over, or of a request that could not be read. */
  z.object({
    type: z.literal('refused'),
    id: z.string().optional(),
    code: z.enum(codes),
    detail: z.string(),
  }),
  z.object({ type: z.literal('heartbeat') }),
])
export type LiveFrame = z.output<typeof liveFrame>

/** Why the server closes a socket, beside the codes of RFC 6455 such as 1009: a message was too large. */
export const liveCloseCodes = {
  /** The session or API key is not valid any more: sign in again. */
  signedOut: 4401,
  /** The client reads slower than things happen. */
  tooSlow: 4408,
  /** The client sends more than anybody needs to. */
  tooMany: 4429,
} as const

export const liveHeartbeatMs = 15_000
