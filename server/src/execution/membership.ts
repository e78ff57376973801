/** Which nodes live. Jobs that a stopped node held in memory are published, so that others do them. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Command } from '@braid/core/engine/command.ts'
import type { ExecutionStore, NodeFacts } from '../store/port.ts'
import type { Clock } from './clock.ts'
import type { Outcome } from './commit-loop.ts'

export type Membership = {
  /** Other nodes live. */
  readonly company: boolean
  /** Says that this node lives, and takes over from those that don't. */
  beat(): Promise<void>
  leave(): Promise<void>
}

export type MembershipDependencies = {
  readonly store: Pick<ExecutionStore, 'heartbeat' | 'nodes' | 'removeNode' | 'heldInstances'>
  readonly clock: Clock
  readonly nodeKey: Key
  readonly nodeName: string
  readonly facts: () => NodeFacts
  /** For certain, e.g. a process of this host that has ended: no need to wait for its silence. */
  readonly isDead: (nodeName: string) => boolean
  readonly submit: (instanceKey: Key, command: Command) => Promise<Outcome>
  /** Another node stopped: what it was about to do is still to be done. */
  readonly onTakeOver: () => void
}

/** A node that is silent for so long is taken for stopped. Wrong guesses cost a job done twice, never a token. */
export const silenceMs = 6_000
/** What a stopped node had begun is looked for this long. */
const lateMs = 15_000
/** Then nothing that it had sent can still be on the way. */
const forgetMs = 60_000
const pageSize = 500

export function createMembership(dependencies: MembershipDependencies): Membership {
  const { store, clock, nodeKey, nodeName, facts, isDead, submit, onTakeOver } = dependencies
  let company = false

  /** Nodes that stopped, and when that was noticed. */
  const stopped = new Map<Key, Instant>()

  const takeOver = async (node: Key): Promise<void> => {
    for (;;) {
      const instances = await store.heldInstances(node, pageSize)
      const outcomes = await Promise.all(instances.map((key) => submit(key, { type: 'publish-jobs' })))
      if (instances.length < pageSize) return
      if (!outcomes.some((outcome) => outcome.ok)) return
    }
  }

  /** What it had sent before it stopped, or sends when it only slept, may be stored later: so it is watched on. */
  const watchStopped = async (node: Key, now: Instant): Promise<void> => {
    const since = stopped.get(node) ?? now
    stopped.set(node, since)
    await takeOver(node)
    if (now - since < lateMs) onTakeOver()
    if (now - since < forgetMs) return
    await store.removeNode(node)
    stopped.delete(node)
  }

  return {
    get company() {
      return company
    },
    beat: async () => {
      const now = clock.now()
      await store.heartbeat({ id: nodeKey, name: nodeName, now, facts: facts() })
      let alive = 0
      for (const node of await store.nodes()) {
        if (node.id === nodeKey) continue
        if (now - node.seenAt > silenceMs || isDead(node.name)) await watchStopped(node.id, now)
        else {
          stopped.delete(node.id)
          alive += 1
        }
      }
      company = alive > 0
    },
    leave: () => store.removeNode(nodeKey),
  }
}
