/** What can be broken on purpose: see `planted-faults.ts`. */
import type { Program } from '@braid/core/model/program.ts'
import type { StoreDefect } from './model-store.ts'

export type Defects = {
  readonly store?: readonly StoreDefect[]
  /** Nodes run another Program than the one that was deployed. */
  readonly serve?: (program: Program) => Program
  /** The clock of every node is ahead of the true time. */
  readonly clockAheadMs?: number
  /** Says that a commit was stored before it is. */
  readonly answersEarly?: boolean
  /** What a node that looks for its own commit finds: always, or never. */
  readonly historyShows?: 'everything' | 'nothing'
}
