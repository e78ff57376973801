/** Hosts the tasks of applications on a machine that reaches the server over its API alone. */
import { randomInt } from 'node:crypto'
import type { Services } from '@braid/contract/application/services.ts'
import { createClient } from '@braid/contract/client.ts'
import { success } from '@braid/core/base/result.ts'
import { type ApplicationHost, createApplicationHost } from './applications/application-host.ts'
import { createEgress } from './applications/egress.ts'
import { egressRule } from './applications/egress-rule.ts'
import { createRemoteJobs } from './applications/remote-jobs.ts'
import { createTaskRegistration } from './applications/task-registration.ts'
import type { Config } from './config.ts'
import { createSystemClock } from './execution/clock.ts'
import { createLog } from './log.ts'
import { nodeName } from './node-name.ts'

export type RunningWorker = {
  readonly name: string
  readonly applications: ReturnType<ApplicationHost['list']>
  stop(): Promise<void>
}

const random = (): number => randomInt(1_000_000) / 1_000_000

const noDatabase = (): never => {
  throw new Error('this worker has no database: records and SQL are there on nodes of the server only')
}

const unreachable: Pick<Services, 'records' | 'sql'> = {
  records: { get: noDatabase, list: noDatabase, put: noDatabase, delete: noDatabase },
  sql: { query: noDatabase, hasExtension: noDatabase },
}

export async function startWorker(
  config: Config,
  { url, applications: directory }: { readonly url: string; readonly applications: string },
): Promise<RunningWorker> {
  const { apiKey } = config
  if (apiKey === undefined) throw new Error('expected BRAID_API_KEY, with the permission job:work')
  const log = createLog(config)
  const rule = egressRule(config.allowPrivateEgress)
  if (!rule.ok) throw new Error(`BRAID_ALLOW_PRIVATE_EGRESS: ${rule.error}`)
  const egress = createEgress({
    rule: rule.value,
    onRefused: (target) => log.warn(target, 'an application was refused a private address'),
  })
  const wall = createSystemClock()
  const baseUrl = `${url.replace(/\/+$/, '')}/api/v1`
  const name = `worker:${nodeName()}`
  const jobs = createRemoteJobs({
    ...{ baseUrl, apiKey, fetch, worker: name, wall, random },
    client: createClient({ baseUrl, apiKey }),
    onTrouble: (error) => log.warn({ err: error }, 'trouble with the server'),
  })
  const host = createApplicationHost({
    directory,
    wall,
    log,
    settings: config.applicationSettings,
    servicesOf: (_, { values, secret }) => ({
      ...unreachable,
      ...{ settings: values, secret, fetch: egress.fetch, now: wall.now },
    }),
    // What applications bring is stored by nodes of the server.
    install: async () => success(undefined),
    tasks: createTaskRegistration({
      execution: jobs,
      workerTags: config.workerTags,
      output: jobs.output,
      cache: { get: async () => undefined, put: async () => undefined },
      classes: { put: async () => undefined, remove: async () => undefined },
      wall,
      random,
    }),
  })
  await host.start()
  return {
    name,
    applications: host.list(),
    stop: async () => {
      await jobs.stop()
      await host.stop()
      await egress.close()
    },
  }
}
