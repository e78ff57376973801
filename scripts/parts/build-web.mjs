/** Builds the web app when something it is made of is newer than the last build. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundledNode, fromRoot } from './paths.mjs'
import { Refusal, withProgress } from './progress.mjs'
import { runQuietly } from './run.mjs'

const ingredients = ['web', 'contract/src', 'core/src', 'package-lock.json']
const notIngredients = new Set(['node_modules', 'dist'])
const stamp = fromRoot('web', 'dist', '.built')

export async function buildWeb() {
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest(ingredients.map((path) => fromRoot(path))))
    return
  // Taken before the build, so that a change during it is seen next time.
  const begun = new Date()
  await withProgress('Building the web app', build)
  writeFileSync(stamp, begun.toISOString())
}

async function build() {
  const vite = fromRoot('node_modules', 'vite', 'bin', 'vite.js')
  const options = { cwd: fromRoot('web'), env: { ...process.env, NO_COLOR: '1' } }
  const { exitCode, output } = await runQuietly(bundledNode, [vite, 'build'], options)
  if (exitCode !== 0) throw new Refusal(`The web app could not be built:\n${output.trim()}`)
}

function newest(paths) {
  let latest = 0
  for (const path of paths) {
    if (!existsSync(path)) continue
    const stats = statSync(path)
    const inside = stats.isDirectory()
      ? newest(
          readdirSync(path)
            .filter((name) => !notIngredients.has(name))
            .map((name) => join(path, name)),
        )
      : 0
    latest = Math.max(latest, stats.isDirectory() ? 0 : stats.mtimeMs, inside)
  }
  return latest
}
