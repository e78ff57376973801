/**
 * The applications of this node: loads them, keeps what they registered, loads them again when their files change.
 * A1 what one application does wrong is shown at it and stops no other, nor the node;
 * A2 one that can't be loaded any more goes on as it was loaded last, and says why it is not newer;
 * A3 what runs ends with the code that it began with.
 */
import { join, resolve } from 'node:path'
import type { Services } from '@braid/contract/application/services.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { TaskRegistry } from '@braid/core/definition/dag/tasks.ts'
import { type Clock, every } from '../execution/clock.ts'
import type { Log } from '../operations/dependencies.ts'
import type { CheckedApplication } from './check-application.ts'
import { type Failure, failureOf, messageOf } from './failure-place.ts'
import { findFolders, fingerprintOf } from './find-folders.ts'
import type { HostedApplication, LoadedApplication } from './hosted-application.ts'
import { knownTasks } from './known-tasks.ts'
import { loadApplication } from './load-application.ts'
import { type ApplicationSettings, readSettings, type SettingValues } from './settings.ts'
import type { TaskRegistration } from './task-registration.ts'

export type ApplicationHost = {
  /** Loads what is there. Never rejects for what an application does. */
  start(): Promise<void>
  /** Looks for changes again and again, until stopped. */
  watch(): void
  list(): readonly HostedApplication[]
  find(name: string): HostedApplication | undefined
  /** Of all applications, those included that are about to be put to work. */
  tasks(): TaskRegistry
  stop(): Promise<void>
}

export type ApplicationHostDependencies = {
  readonly directory: string
  /** Of the host. */
  readonly wall: Clock
  readonly settings: SettingValues
  readonly servicesOf: (checked: CheckedApplication, settings: ApplicationSettings) => Services
  /** Applies the migrations of its schema, stores its DAGs and files. */
  readonly install: (checked: CheckedApplication, folder: string) => Promise<Result<undefined, Failure>>
  readonly tasks: TaskRegistration
  readonly log: Log
}

/** Changes are seen within that time and a little more. */
const watchMs = 300
/** `start` of an application, and what it gives, may take that long. */
const hookDeadlineMs = 10_000

type Entry = {
  readonly hosted: HostedApplication
  readonly fingerprint: string
  readonly stop?: () => Promise<void>
}

export function createApplicationHost(dependencies: ApplicationHostDependencies): ApplicationHost {
  const { wall, tasks, log } = dependencies
  const directory = resolve(dependencies.directory)
  const entries = new Map<string, Entry>()
  /** As they were read last without a flaw. */
  const read = new Map<string, CheckedApplication>()
  let cancelWatch: (() => void) | undefined
  let looking: Promise<void> | undefined
  let stopped = false

  const prepare = async (
    name: string,
    fresh: Result<CheckedApplication, Failure>,
  ): Promise<Result<LoadedApplication, Failure>> => {
    if (!fresh.ok) return fresh
    const checked = fresh.value
    const settings = readSettings(checked, dependencies.settings)
    if (!settings.ok) return failure({ message: settings.error })
    const installed = await dependencies.install(checked, join(directory, name))
    if (!installed.ok) return installed
    const services = dependencies.servicesOf(checked, settings.value)
    return success({ checked, settings: settings.value, services })
  }

  /** Runs code of an application that may throw, or not end. */
  const guarded = async <T>(
    what: string,
    name: string,
    run: () => Promise<T>,
  ): Promise<Result<T, Failure>> => {
    const deadline = Promise.withResolvers<Result<T, Failure>>()
    const cancel = wall.after(hookDeadlineMs, () =>
      deadline.resolve(failure({ message: `expected ${what} to end within ${hookDeadlineMs / 1000} s` })),
    )
    try {
      return await Promise.race([run().then(success), deadline.promise])
    } catch (error) {
      return failure({ ...failureOf(error, directory), message: `${what}: ${messageOf(error)}` })
    } finally {
      cancel()
      log.debug({ application: name }, what)
    }
  }

  const end = async (name: string, { stop }: Entry): Promise<void> => {
    if (stop === undefined) return
    const ended = await guarded('what start gave', name, stop)
    if (!ended.ok) log.warn({ application: name, ...ended.error }, 'an application could not stop')
  }

  const load = async (
    name: string,
    fingerprint: string,
    fresh: Result<CheckedApplication, Failure>,
  ): Promise<void> => {
    const before = entries.get(name)
    const give = (result: Result<LoadedApplication, Failure>, stop?: Entry['stop']): void => {
      const kept = result.ok ? result.value : before?.hosted.loaded
      const hosted = {
        name,
        ...(result.ok ? {} : { failure: result.error }),
        ...(kept === undefined ? {} : { loaded: kept }),
      }
      const stopping = result.ok ? stop : before?.stop
      entries.set(name, { hosted, fingerprint, ...(stopping === undefined ? {} : { stop: stopping }) })
      if (!result.ok) log.warn({ application: name, ...result.error }, 'an application could not be loaded')
    }
    const prepared = await prepare(name, fresh).catch((error: unknown) =>
      failure(failureOf(error, directory)),
    )
    if (!prepared.ok) return give(prepared)
    const { definition } = prepared.value.checked
    if (before !== undefined) await end(name, before)
    const started = await guarded(
      'start',
      name,
      async () => await definition.start?.(prepared.value.services),
    )
    if (!started.ok) return give(started)
    try {
      await tasks.put(prepared.value)
    } catch (error) {
      return give(failure(failureOf(error, directory)))
    }
    give(prepared, started.value)
  }

  const remove = async (name: string, entry: Entry): Promise<void> => {
    entries.delete(name)
    read.delete(name)
    tasks.remove(name)
    await end(name, entry)
  }

  /** Brings what is loaded to what the files say now. */
  const look = async (): Promise<void> => {
    const names = await findFolders(directory)
    for (const [name, entry] of entries) if (!names.includes(name)) await remove(name, entry)
    const changed = await Promise.all(
      names.map(async (name) => {
        const fingerprint = await fingerprintOf(join(directory, name))
        return entries.get(name)?.fingerprint === fingerprint ? [] : [{ name, fingerprint }]
      }),
    )
    const loaded = await Promise.all(
      changed.flat().map(async ({ name, fingerprint }) => {
        const checked = await loadApplication(join(directory, name), name, wall)
        if (checked.ok) read.set(name, checked.value)
        return { name, fingerprint, checked }
      }),
    )
    // DAGs may name tasks of other applications, so all are read before the first is put to work.
    await Promise.all(loaded.map(({ name, fingerprint, checked }) => load(name, fingerprint, checked)))
  }

  const lookOnce = (): Promise<void> => {
    if (stopped) return Promise.resolve()
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }

  return {
    start: () => lookOnce().catch((error) => log.error({ err: error }, 'applications could not be read')),
    watch: () => {
      cancelWatch ??= every(wall, watchMs, lookOnce, (error) =>
        log.warn({ err: error }, 'applications could not be read'),
      )
    },
    list: () =>
      [...entries.values()].map(({ hosted }) => hosted).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    tasks: () => knownTasks(read.values()),
    find: (name) => entries.get(name)?.hosted,
    stop: async () => {
      stopped = true
      cancelWatch?.()
      await looking?.catch(() => undefined)
      for (const [name, entry] of entries) await end(name, entry)
    },
  }
}
