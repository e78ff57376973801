/** What befalls nodes and clocks, until it is over. */
import type { SimulatedNode } from './node.ts'
import type { Random } from './random.ts'
import type { MovableTime, Scheduler } from './scheduler.ts'
import { spawn, type World } from './workload.ts'

const isNever = (everyMs: number): boolean => everyMs === Number.POSITIVE_INFINITY

async function again(
  { scheduler, isHealed }: World,
  random: Random,
  everyMs: number,
  deed: () => void,
): Promise<void> {
  if (isNever(everyMs)) return
  while (!isHealed()) {
    await scheduler.sleep(1 + 2 * everyMs * random.next(), 'chaos')
    if (!isHealed()) deed()
  }
}

/** A node that isn't running is started by whoever watches it, sooner or later. */
async function watchNode(world: World, node: SimulatedNode, random: Random): Promise<void> {
  while (!world.isHealed()) {
    await world.scheduler.sleep(random.between(200, 6_000), 'watch')
    if (!world.isHealed() && node.isDown) node.start()
  }
}

export function startChaos(world: World, time: MovableTime): void {
  const { options, nodes } = world
  const random = world.random.fork('chaos')
  for (const [index, node] of nodes.entries())
    spawn(world, watchNode(world, node, random.fork(`watch${index}`)))
  const crash = (): void => random.pick(nodes).crash()
  const pause = (): void => random.pick(nodes).pause(random.pick([300, 3_000, 9_000, 14_000]))
  const jump = (): void => {
    const byMs = random.pick([-2_000, 5_000, 90_000])
    world.trace.note(`time jumps by ${byMs} ms`)
    time.jump(byMs)
    for (const node of nodes) {
      if (!node.isUp || random.chance(0.5)) continue
      spawn(
        world,
        node.call('clock moved', async (execution) => execution.clockMoved()),
      )
    }
  }
  spawn(world, again(world, random.fork('crash'), options.crashEveryMs, crash))
  spawn(world, again(world, random.fork('pause'), options.pauseEveryMs, pause))
  spawn(world, again(world, random.fork('jump'), options.jumpEveryMs, jump))
}

/** All nodes run and nothing fails any more; but one may be gone for good. */
export function heal(world: World): void {
  const { options, nodes, trace, scheduler, isOver } = world
  trace.note('all faults are over')
  const stay = options.leavesNodeDown ? nodes.slice(0, 1) : nodes
  for (const node of nodes) {
    node.wake()
    if (!stay.includes(node)) node.crash()
  }
  // A last fault may have been on its way.
  const start = (): void => {
    for (const node of stay) node.start()
  }
  start()
  spawn(world, repeatUntil(scheduler, isOver, 1_000, start))
}

/** Runs `task` every so often until `isOver`. */
export async function repeatUntil(
  scheduler: Scheduler,
  isOver: () => boolean,
  everyMs: number,
  task: () => unknown,
): Promise<void> {
  while (!isOver()) {
    await scheduler.sleep(everyMs, 'repeat')
    if (!isOver()) await task()
  }
}
