/** A runner around a way to run one script in a process of this machine: what such tiers have in common. */
import type { Language } from '../languages.ts'
import {
  defaultLimits,
  type OnOutput,
  type Outcome,
  type Runner,
  type RunRequest,
  type Runtime,
} from '../runner.ts'

type Runnable = Runtime & { readonly definition: Pick<Language, 'greeting' | 'compiled'> }

/** Resolves when nothing of the run is left. Never rejects. */
type RunOne<R> = (runtime: R, request: RunRequest, name: string, onOutput: OnOutput) => Promise<Outcome>

type Tier<R> = {
  readonly tier: Runner['tier']
  /** Begins the name of each run. */
  readonly prefix: string
  readonly warnings: readonly string[]
  readonly runOne: RunOne<R>
  /** Ends what is left of runs with that prefix. */
  readonly sweep: () => Promise<void>
}

/** Runs a first script in each runtime, and leaves out those that can't. */
export async function createHostRunner<R extends Runnable>(
  tier: Tier<R>,
  found: readonly R[],
): Promise<Runner> {
  const tried = await Promise.all(
    found.map(async (runtime, index) => ({ runtime, problem: await problemOf(tier, runtime, index) })),
  )
  const warnings = tried.flatMap(({ runtime: { language, fullVersion }, problem }) =>
    problem === undefined ? [] : [`${language} ${fullVersion} is left out: ${problem}`],
  )
  const runtimes = tried.flatMap(({ runtime, problem }) => (problem === undefined ? [runtime] : []))
  return hostRunner({ ...tier, warnings: [...tier.warnings, ...warnings] }, runtimes)
}

const probePatienceMs = 20_000

async function problemOf<R extends Runnable>(
  tier: Tier<R>,
  runtime: R,
  index: number,
): Promise<string | undefined> {
  // To compile its library takes too long for somebody who only might want it.
  if (runtime.definition.compiled !== undefined) return undefined
  let said = ''
  const request = {
    language: runtime.language,
    source: runtime.definition.greeting,
    limits: { ...defaultLimits, wallMs: probePatienceMs },
  }
  const outcome = await tier.runOne(runtime, request, `${tier.prefix}probe-${index}`, (chunks) => {
    said += chunks.map(({ text }) => text).join('')
  })
  if (outcome.kind === 'completed' && outcome.exitCode === 0 && said === 'hello\n') return undefined
  const why = outcome.kind === 'runner-failed' ? outcome.message : said.slice(0, 300)
  return `a first script gave ${outcome.kind}${why === '' ? '' : `: ${why}`}`
}

function hostRunner<R extends Runnable>(tier: Tier<R>, runtimes: readonly R[]): Runner {
  const running = new Set<Promise<Outcome>>()
  const stopped = new AbortController()
  let count = 0
  return {
    tier: tier.tier,
    runtimes: runtimes.map(({ language, version, fullVersion }) => ({ language, version, fullVersion })),
    warnings: tier.warnings,
    run: async (request, onOutput) => {
      const runtime = runtimes.find(
        ({ language, version }) =>
          language === request.language && (request.version === undefined || version === request.version),
      )
      const usage = { wallMs: 0, outputBytes: 0 }
      if (runtime === undefined) {
        const message = `there is no runtime for ${request.language} ${request.version ?? ''}`.trim()
        return { kind: 'runner-failed', message, usage }
      }
      const signals = request.signal === undefined ? [] : [request.signal]
      const signal = AbortSignal.any([stopped.signal, ...signals])
      if (signal.aborted) return { kind: 'cancelled', usage }
      count += 1
      const name = `${tier.prefix}${process.pid}-${count}`
      const one = tier.runOne(runtime, { ...request, signal }, name, onOutput)
      running.add(one)
      try {
        return await one
      } finally {
        running.delete(one)
      }
    },
    close: async () => {
      stopped.abort()
      await Promise.allSettled(running)
      await tier.sweep()
    },
  }
}
