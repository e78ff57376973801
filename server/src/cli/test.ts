/** `braid test`: the tests of applications, offline and with a clock of their own. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { UsageError, type Verb } from './verb.ts'

const configFile = fileURLToPath(new URL('../testing/vitest.config.ts', import.meta.url))

function parse(args: readonly string[]) {
  try {
    const options = { applications: { type: 'string', default: 'applications' } } as const
    return parseArgs({ args: [...args], allowPositionals: true, options })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

export const testApplications: Verb = {
  usage: 'test [--applications DIR] [FILE…]',
  run: async (args) => {
    const { values, positionals } = parse(args)
    const folder = resolve(values.applications)
    if (!existsSync(folder))
      throw new UsageError(`expected a folder of applications, but there is no ${folder}`)
    const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
    const child = spawn(
      process.execPath,
      [vitest, 'run', '--config', configFile, '--root', folder, ...positionals],
      {
        stdio: 'inherit',
      },
    )
    return new Promise((done, fail) => {
      child.once('error', fail)
      child.once('exit', (code) => done(code ?? 1))
    })
  },
}
