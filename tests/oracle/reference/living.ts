/** What the reference interpreter remembers: a tree of living elements, tokens, open waits, and what may happen next. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Event } from '@braid/core/engine/event.ts'
import type { ElementId, FlowId, Node, Trigger } from '@braid/core/model/program.ts'

export type Living = {
  readonly key: Key
  /** Of a run of a loop: its activity, which has the id of the loop. */
  readonly node: Node
  readonly role: 'plain' | 'body' | 'run' | 'undo' | 'handler'
  readonly scope: Living | undefined
  readonly children: Set<Living>
  /** Tokens that wait on flows into joins of this scope. */
  readonly tokens: Map<FlowId, number>
  readonly waits: Map<Key, Wait>
  /** What an incident stopped, by the incident's key. */
  readonly incidents: Map<Key, Trouble>
  variables: JsonObject
  phase: 'active' | 'leaving' | 'doomed'
  /** Its listeners are asked before it completes. */
  isEnding?: true
  /** An interrupting event sub-process has taken over: no other may start. */
  interrupted: boolean
  /** Tokens that wait are dropped before anything else comes of them. */
  dropsTokens: boolean
  /** Completed activities inside that can be undone, the oldest first. */
  records: CompensationRecord[]
  /** What it is going to undo, in this order. */
  undoing: CompensationRecord[]
  /** Inside of something that undoes: nothing in it is recorded. */
  readonly undoes: boolean
  /** What the completed job gave: part of the activity's own data. */
  results: JsonObject
  /** Of complex gateways that have fired: the flows that they used; `isOver`: the other tokens come next. */
  readonly rounds: Map<ElementId, { readonly used: ReadonlySet<FlowId>; isOver: boolean }>
  /** Complex gateways whose round ended with what was inside. */
  readonly forgotten: Set<ElementId>
  loop?: LoopProgress
  adHoc?: { queue: ElementId[]; isOver: boolean; isOpen: boolean }
  /** Number of a run, from 1. */
  readonly index?: number
  /** Goes on once everything in it has ended; until then, and from then on, it does not complete by itself. */
  whenEmpty?: () => void
  /** Of what ends by itself while all around is ended: whether that is called completed is open. */
  mayComplete?: boolean
  /** What happens at its completion instead of taking its flows. */
  afterwards?: () => void
}

export type LoopProgress = {
  total: number
  started: number
  completed: number
  terminated: number
  /** A job may give it more items. */
  isOpen?: true
  readonly results: JsonObject[string][]
}

export type Trouble = { readonly retry: () => void; readonly job?: Key }

export type CompensationRecord = {
  readonly node: Node
  /** Completed later: undone earlier. */
  readonly order: number
  /** The activity that undoes; absent for scopes, which undo what is inside. */
  readonly handler?: ElementId
  readonly data: JsonObject
  readonly inside: readonly CompensationRecord[]
}

export type WaitKind =
  | 'job'
  | 'user-task'
  | 'timer'
  | 'message'
  | 'signal'
  | 'call'
  | 'condition'
  | 'activation'

export type Wait = {
  readonly kind: WaitKind
  readonly owner: Living
  readonly element: ElementId
  readonly occur: (variables: JsonObject) => void
  /** `must`: is closed in the same command; `may`: can be closed and opened anew. */
  closing?: 'must' | 'may'
  name?: string
  retries?: number
  due?: Instant
  repetitions?: number
  /** Of a condition: how it was when it was looked at last. */
  wasMet?: boolean
  readonly part?: number
}

/** One event of a diagram that somebody waits at. */
export type Arming = {
  readonly owner: Living
  readonly element: ElementId
  readonly triggers: readonly Trigger[]
  readonly parallel: boolean
  /** Waits for one occurrence only. */
  readonly once: boolean
  /** What came with the triggers that have occurred, the latest last. */
  readonly payloads: Map<number, JsonObject>
  readonly fire: (payload: JsonObject) => void
}

/** Something that may happen next, and has to before the command ends. */
export type Step = {
  /** Gone with it. */
  readonly owner: Living
  readonly says: string
  readonly isIt: (event: Event) => boolean
  readonly happen: (event: Event) => void
  optional?: boolean
  /** The wait that a signal reaches, or whose condition has become true. */
  readonly of?: Wait
  /** Events that may be the first that is seen of it: it is taken for happened, and the event looked at again. */
  readonly mayShowBy?: (event: Event) => boolean
  /** A token that moves inside of its owner, and is lost when that is interrupted. */
  readonly inside?: boolean
  /** Flows that such a token takes next, each of them possibly. */
  readonly leadsTo?: readonly FlowId[]
  /** Ends its owner: everything else of it comes first. */
  readonly ends?: boolean
}

/** The engine did what it may not, or left out what it had to do. */
export class Disagreement extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Disagreement'
  }
}
