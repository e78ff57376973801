/**
 * Loaded into a server by `--import`: measures how long its event loop was held up. On SIGUSR2 it prints one line,
 * `stall {"wallMs": …, "busyMs": …}`, and begins anew. `wallMs` is the longest delay of the loop (perf_hooks), which
 * grows when other programs take the processor; `busyMs` is the longest stretch in which the loop's own thread computed
 * without coming round, which does not.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'

const tickMs = 5

const delay = monitorEventLoopDelay({ resolution: tickMs })
delay.enable()

const computedMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

let busyMs = 0
let before = computedMs()
const look = (): void => {
  const now = computedMs()
  busyMs = Math.max(busyMs, now - before)
  before = now
}
setInterval(look, tickMs).unref()

process.on('SIGUSR2', () => {
  look()
  const wallMs = Math.max(0, delay.max / 1e6 - tickMs)
  process.stdout.write(
    `stall ${JSON.stringify({ wallMs: Math.round(wallMs), busyMs: Math.round(busyMs) })}\n`,
  )
  delay.reset()
  busyMs = 0
})
