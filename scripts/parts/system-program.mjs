/** Programs of the operating system that tests need: there already, or installed by root on Debian. */
import { existsSync } from 'node:fs'
import { withProgress } from './progress.mjs'
import { runQuietly } from './run.mjs'

/** The browser that the end-to-end tests drive. */
export const chromium = { path: '/usr/bin/chromium', package: 'chromium' }
/** What scripts of strangers run in. */
export const bubblewrap = { path: '/usr/bin/bwrap', package: 'bubblewrap' }
/** Another kernel for them. */
export const gvisor = { path: '/usr/bin/runsc', package: 'runsc' }
/** A language of scripts that machines seldom have, for what differs between languages. */
export const ruby = { path: '/usr/bin/ruby', package: 'ruby' }
/** Where nodes count rate limits together. */
export const redis = { path: '/usr/bin/redis-server', package: 'redis-server' }

/** Undefined when it is there, else why it is not. */
export async function provide(program) {
  if (existsSync(program.path)) return undefined
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return `no ${program.path} (as root on Debian it would have been installed)`
  }
  const output = await withProgress(`Installing ${program.package}`, () => installWithApt(program.package))
  if (existsSync(program.path)) return undefined
  return `apt-get could not install ${program.package}: ${output.trim().split('\n').at(-1)}`
}

async function installWithApt(name) {
  // No service that a package brings is started.
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } }
  await runQuietly('apt-get', ['update', '-qq'], options)
  const args = ['install', '-y', '-qq', '--no-install-recommends', name]
  return (await runQuietly('apt-get', args, options)).output
}
