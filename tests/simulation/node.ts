/** One server process: the real execution over the simulated store and time; it can stop, pause and start again. */
import type { Clock } from '../../server/src/execution/clock.ts'
import { createExecution } from '../../server/src/execution/create-execution.ts'
import type { Execution, JobHandler } from '../../server/src/execution/execution.ts'
import { OverloadError } from '../../server/src/execution/execution.ts'
import type { ExecutionStore } from '../../server/src/store/port.ts'
import { StoreFault } from './faults.ts'
import type { Random } from './random.ts'
import { createLife, type Life, type Scheduler, wallClock } from './scheduler.ts'
import type { Trace } from './trace.ts'
import { Violation } from './violation.ts'

/** The node stopped, or was not there: the client can't know what became of its request. */
export const lost: unique symbol = Symbol('lost')

export type SimulatedNode = {
  readonly isUp: boolean
  readonly isDown: boolean
  start(): void
  crash(): void
  /** Sleeps as a whole: nothing that it planned or waits for happens before. */
  pause(forMs: number): void
  wake(): void
  call<T>(label: string, request: (execution: Execution) => Promise<T>): Promise<T | typeof lost>
}

export type NodeDependencies = {
  readonly name: string
  readonly scheduler: Scheduler
  readonly random: Random
  readonly trace: Trace
  /** The store and the time that timers see, for one life of the process. */
  readonly connect: (life: Life, name: string, crash: () => void) => ExecutionStore
  readonly clockOf: (life: Life) => Clock
  readonly handlers: (life: Life) => Readonly<Record<string, JobHandler>>
  readonly isDead: (name: string) => boolean
  /** A process of this name has ended. */
  readonly died: (name: string) => void
  readonly report: (violation: Violation) => void
}

const handlerConcurrency = 3

export function createNode(dependencies: NodeDependencies): SimulatedNode {
  const { scheduler, random, trace, report } = dependencies
  let life: Life | undefined
  let execution: Execution | undefined
  let name = ''
  let generation = 0
  const calls = new Set<() => void>()

  /** Faults of the store are expected to come here; anything else is a defect. */
  const onTrouble = (error: unknown): void => {
    trace.note(`${name} trouble: ${String(error)}`)
    if (error instanceof StoreFault || error instanceof OverloadError) return
    report(error instanceof Violation ? error : new Violation('defect', String(error)))
  }

  const crash = (): void => {
    if (life === undefined) return
    trace.note(`${name} stops`)
    life.dead = true
    dependencies.died(name)
    life = undefined
    execution = undefined
    for (const lose of [...calls]) lose()
  }

  const boot = async (mine: Life): Promise<void> => {
    const created = await createExecution({
      store: dependencies.connect(mine, name, () => {
        if (!mine.dead) crash()
      }),
      clock: dependencies.clockOf(mine),
      wall: wallClock(scheduler, mine),
      nodeName: name,
      isDead: dependencies.isDead,
      isPassing: (error) => error instanceof StoreFault,
      onTrouble,
    })
    const options = { concurrency: handlerConcurrency }
    for (const [type, handler] of Object.entries(dependencies.handlers(mine))) {
      created.handle(type, handler, options)
    }
    await created.start()
    execution = created
  }

  const start = (): void => {
    generation += 1
    name = `${dependencies.name}.${generation}`
    trace.note(`${name} starts`)
    const mine = createLife()
    life = mine
    boot(mine).catch((error) => {
      trace.note(`${name} can't start: ${String(error)}`)
      // A process that can't start ends, and whoever watches it starts it again.
      if (mine.dead) return
      crash()
      scheduler.plan(500, 'start again', () => {
        if (life === undefined) start()
      })
    })
  }

  return {
    get isUp() {
      return execution !== undefined
    },
    get isDown() {
      return life === undefined
    },
    start: () => {
      if (life === undefined) start()
    },
    crash,
    pause: (forMs) => {
      if (life === undefined) return
      trace.note(`${name} sleeps for ${forMs} ms`)
      life.pausedUntil = scheduler.now() + forMs
    },
    wake: () => {
      if (life !== undefined) life.pausedUntil = 0
    },
    call: (label, request) =>
      new Promise((resolve, reject) => {
        const [mine, target] = [life, execution]
        if (mine === undefined || target === undefined) return resolve(lost)
        const lose = (): void => {
          calls.delete(lose)
          scheduler.plan(0, 'connection lost', () => resolve(lost))
        }
        const answer = (deliver: () => void): void => {
          if (calls.delete(lose)) scheduler.plan(random.below(2), label, deliver)
        }
        calls.add(lose)
        const send = (): void => {
          request(target).then(
            (value) => answer(() => resolve(value)),
            (error) => answer(() => reject(error)),
          )
        }
        scheduler.plan(random.below(2), label, send, mine)
      }),
  }
}
