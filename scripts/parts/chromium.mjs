/** The browser that the end-to-end tests drive. */
import { existsSync } from 'node:fs'
import { withProgress } from './progress.mjs'
import { runQuietly } from './run.mjs'

const chromium = '/usr/bin/chromium'

/** Undefined when there is a browser, else why there is none. */
export async function provideChromium() {
  if (hasChromium()) return undefined
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return `no ${chromium} (as root on Debian it would have been installed)`
  }
  const output = await withProgress('Installing chromium', installWithApt)
  return hasChromium() ? undefined : `apt-get could not install chromium: ${output.trim().split('\n').at(-1)}`
}

const hasChromium = () => existsSync(chromium)

async function installWithApt() {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  await runQuietly('apt-get', ['update', '-qq'], options)
  const args = ['install', '-y', '-qq', '--no-install-recommends', 'chromium']
  return (await runQuietly('apt-get', args, options)).output
}
