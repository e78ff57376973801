/** Brings `node_modules` up to the lock file, Node 24 included. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { platform } from 'node:process'
import { bundledNode, fromRoot, root } from './paths.mjs'
import { Refusal, withProgress } from './progress.mjs'
import { runQuietly } from './run.mjs'

const oldestNode = 18
const bundledMajor = 24
const stamp = fromRoot('node_modules', '.braid-installed')
const npm = platform === 'win32' ? 'npm.cmd' : 'npm'

/** Does nothing when what is installed came from the present lock file. */
export async function install() {
  requireNode()
  const wanted = fingerprint()
  if (existsSync(bundledNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  await withProgress('Installing packages (about 30 s the first time)', installPackages)
  writeFileSync(stamp, wanted)
}

function requireNode() {
  if (majorVersion() >= oldestNode) return
  throw new Refusal(
    `This is Node ${process.versions.node}; Braid needs Node ${oldestNode} or newer to begin with.`,
  )
}

/**
 * Not `npm ci`: a lock file written on one platform may lack the optional packages of another, which `npm ci`
 * refuses and `npm install` completes. The lock file decides all versions and is left as it is.
 */
async function installPackages() {
  await runNpm(installArguments, process.env)
  if (!existsSync(bundledNode)) throw new Refusal(`npm did not install ${bundledNode}. ${nextStep('')}`)
  // npm leaves out native packages that an older Node could not load, so ask once more with the newer one.
  if (majorVersion() < bundledMajor)
    await runNpm(installArguments, { ...process.env, PATH: pathWithBundledNode() })
}

// Node and PostgreSQL are put in place by install scripts, so they must run; an offline machine learns so soon.
const installArguments = [
  ...[
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--include=dev',
    '--loglevel=error',
  ],
  ...['--ignore-scripts=false', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'],
]

async function runNpm(args, environment) {
  // Two packages of the web app's forms report to their maker from an install script unless told not to.
  const { exitCode, output } = await start(args, { ...environment, IBM_TELEMETRY_DISABLED: 'true' })
  if (exitCode !== 0) throw new Refusal(explain(output))
}

async function start(args, environment) {
  try {
    return await runQuietly(npm, args, { env: environment })
  } catch (error) {
    throw new Refusal(
      `npm could not be started (${error.message}). Install Node.js with npm, then try again.`,
    )
  }
}

function explain(output) {
  return `npm could not install the packages. ${nextStep(output)}\nnpm said:\n${output.trim().split('\n').slice(-15).join('\n')}`
}

function nextStep(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(output)) {
    return 'It did not reach the package registry: the first start needs the internet (or npm set registry <a mirror>).'
  }
  if (/ENOSPC/.test(output)) return 'The disk is full: about 1 GB is needed.'
  if (/EACCES|EPERM/.test(output))
    return `It may not write to ${root}: give the folder to the user that starts Braid.`
  return 'Remove node_modules and try again.'
}

const majorVersion = () => Number(process.versions.node.split('.')[0])

const pathWithBundledNode = () => `${dirname(bundledNode)}${delimiter}${process.env.PATH ?? ''}`

/** Changes with anything that decides what is installed. */
function fingerprint() {
  const manifests = [
    'package-lock.json',
    'package.json',
    ...workspaces()
      .map((name) => `${name}/package.json`)
      .filter((path) => existsSync(fromRoot(path))),
  ]
  const hash = createHash('sha256')
  for (const path of manifests) hash.update(readFileSync(fromRoot(path)))
  return hash.digest('hex')
}

/** Folders; those of a pattern such as `applications/*`, which may be none, in the order of their names. */
const workspaces = () =>
  JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')).workspaces.flatMap((name) => {
    if (!name.endsWith('/*')) return [name]
    const parent = name.slice(0, -2)
    if (!existsSync(fromRoot(parent))) return []
    return readdirSync(fromRoot(parent))
      .sort()
      .map((folder) => `${parent}/${folder}`)
  })
