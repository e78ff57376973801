/** One line per slow thing: what is being done, then how long it took. */

const tickMs = 1000

/** Shows `what` while `work` runs. */
export async function withProgress(what, work) {
  const begun = performance.now()
  const seconds = () => Math.round((performance.now() - begun) / 1000)
  const onTerminal = process.stderr.isTTY
  process.stderr.write(`${what} …${onTerminal ? '' : '\n'}`)
  const timer = onTerminal && setInterval(() => process.stderr.write(`\r${what} … ${seconds()} s`), tickMs)
  try {
    const result = await work()
    process.stderr.write(`${onTerminal ? '\r' : ''}${what}: done in ${seconds()} s\n`)
    return result
  } catch (error) {
    process.stderr.write(`${onTerminal ? '\r' : ''}${what}: failed after ${seconds()} s\n`)
    throw error
  } finally {
    clearInterval(timer)
  }
}

/** A failure whose message says all there is to say; shown without a stack. */
export class Refusal extends Error {}

/** Runs a script's main function and turns its outcome into the exit code. */
export async function main(work) {
  try {
    process.exitCode = await work()
  } catch (error) {
    process.stderr.write(`${error instanceof Refusal ? error.message : (error?.stack ?? error)}\n`)
    process.exitCode = 1
  }
}
