/** The work that every system does, and how it is measured. */

/** One durable unit: a workflow, a process instance. Resolves when it has ended. */
export type RunOnce = () => Promise<unknown>

export type Measurement = {
  readonly workload: string
  readonly value: number
  readonly unit: '/s' | 'ms'
}

export type Workload = {
  readonly name: string
  readonly run: RunOnce
  /** Instances at a time: 1 measures the time of one, more the rate. */
  readonly concurrency: number
}

const warmUpMs = 1_500
const measureMs = 4_000

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Keeps `concurrency` instances going for a while and counts those that ended, or takes the median time of one. */
export async function measure({ name, run, concurrency }: Workload): Promise<Measurement> {
  const start = performance.now()
  const from = start + warmUpMs
  const until = from + measureMs
  let ended = 0
  const times: number[] = []
  const loop = async (): Promise<void> => {
    for (let begin = performance.now(); begin < until; begin = performance.now()) {
      await run()
      const end = performance.now()
      if (begin >= from && end <= until) times.push(end - begin)
      if (end >= from && end <= until) ended += 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, loop))
  if (concurrency === 1) return { workload: `${name}, one at a time: p50`, value: median(times), unit: 'ms' }
  return { workload: `${name}, ${concurrency} at a time`, value: (ended / measureMs) * 1_000, unit: '/s' }
}

/** Instances at a time under load, the same for every system. */
export const load = 256
export const fanOutLoad = 32
export const fanOut = 100

export type Runs = { readonly sequence1: RunOnce; readonly sequence10: RunOnce; readonly fanOut: RunOnce }

/** The rows of the table, in their order. */
export async function measureAll(runs: Runs): Promise<readonly Measurement[]> {
  const results: Measurement[] = []
  for (const workload of [
    { name: 'sequence of 1', run: runs.sequence1, concurrency: 1 },
    { name: 'sequence of 10', run: runs.sequence10, concurrency: 1 },
    { name: `fan-out of ${fanOut}`, run: runs.fanOut, concurrency: 1 },
    { name: 'sequence of 1', run: runs.sequence1, concurrency: load },
    { name: 'sequence of 10', run: runs.sequence10, concurrency: load },
    { name: `fan-out of ${fanOut}`, run: runs.fanOut, concurrency: fanOutLoad },
  ]) {
    results.push(await measure(workload))
  }
  return results
}

/** Tasks of a fan-out whose list is known when it starts. */
const widths = [100, 1_000, 10_000] as const
const timedRuns = 5

/** However long one takes. */
async function medianTime(name: string, run: RunOnce): Promise<Measurement> {
  await run()
  const times: number[] = []
  for (let done = 0; done < timedRuns; done++) {
    const begin = performance.now()
    await run()
    times.push(performance.now() - begin)
  }
  return { workload: `${name}, one at a time: p50`, value: median(times), unit: 'ms' }
}

/** A task per item, and one that waits for all of them. */
export async function measureMaps(runOf: (width: number) => RunOnce): Promise<readonly Measurement[]> {
  const results: Measurement[] = []
  for (const width of widths) results.push(await medianTime(`map over ${width}`, runOf(width)))
  for (const [width, concurrency] of [[100, fanOutLoad] as const, [1_000, 8] as const]) {
    const { value } = await measure({ name: '', run: runOf(width), concurrency })
    const workload = `map over ${width}, ${concurrency} at a time: tasks`
    results.push({ workload, value: value * width, unit: '/s' })
  }
  return results
}

/** What a system under test prints as its last line, for `run.ts` to read. */
export const report = (results: readonly Measurement[]): void => {
  console.log(`RESULTS ${JSON.stringify(results)}`)
}
