/** `braid worker`: does tasks of applications for a server somewhere else, without a database. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Config, loadConfig } from '../config.ts'
import { UsageError, type Verb } from './verb.ts'

type Started = {
  readonly name: string
  readonly applications: readonly {
    readonly name: string
    readonly failure?: { readonly message: string; readonly place?: string }
  }[]
  stop(): Promise<void>
}
type Start = (
  config: Config,
  options: { readonly url: string; readonly applications: string },
) => Promise<Started>

function parse(args: readonly string[]) {
  try {
    const options = {
      url: { type: 'string' },
      applications: { type: 'string', default: 'applications' },
    } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const ended = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })

export const workerVerb = (start: Start): Verb => ({
  usage: 'worker --url URL [--applications DIR]',
  run: async (args) => {
    const { url, applications } = parse(args)
    if (url === undefined || !/^https?:\/\//.test(url) || !URL.canParse(url))
      throw new UsageError('expected the address of a server, such as --url http://localhost:8080')
    const folder = resolve(applications)
    if (!existsSync(folder))
      throw new UsageError(`expected a folder of applications, but there is no ${folder}`)
    const loaded = await loadConfig()
    if (!loaded.ok) throw new UsageError(loaded.error.join('\n'))
    if (loaded.value.config.apiKey === undefined)
      throw new UsageError('expected BRAID_API_KEY, a key with the permission job:work')
    const end = ended()
    const worker = await start(loaded.value.config, { url, applications: folder })
    console.log(`${worker.name} works for ${url}`)
    for (const { name, failure } of worker.applications)
      console.log(
        failure === undefined ? `  ${name}` : `  ${name}: ${failure.place ?? ''} ${failure.message}`,
      )
    await end
    await worker.stop()
    return 0
  },
})
