/** Runners that tests attack: whatever a script tried, nothing of it is left and nothing of the host has changed. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from '@braid/core/base/result.ts'
import { createSandboxRunner } from '@braid/runner/isolation/sandbox/sandbox.ts'
import { createWasmRunner } from '@braid/runner/isolation/wasm/wasm.ts'
import type { Limits, Runner } from '@braid/runner/runner.ts'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { livingProcesses } from './living-processes.ts'
import { attempt, leftOf, stateOf } from './script-runs.ts'

const canary = 'canary-7281'

type Attacked = ReturnType<typeof attacked>

/** For all tests of a suite. Of the host there are a secret, a file beside those of the runner, and a variable of the environment. */
function attacked(
  kind: string,
  create: (folder: string) => Promise<Result<Runner, string>>,
  expectNothingLeft: (folder: string) => void,
) {
  const folder = mkdtempSync(join(tmpdir(), `braid-${kind}-`))
  const secret = join(folder, 'secret')
  let made: Runner | undefined
  const runner = (): Runner => {
    if (made === undefined) throw new Error('the runner is made before the first test')
    return made
  }
  const inLanguage =
    (language: string) =>
    (source: string, limits: Partial<Limits> = {}) =>
      attempt(runner(), language, source, { limits })
  beforeAll(async () => {
    process.env.BRAID_CANARY = 'canary-7282'
    const created = await create(folder)
    if (!created.ok) throw new Error(created.error)
    made = created.value
    writeFileSync(secret, canary)
  })
  afterAll(async () => {
    await made?.close()
    expectNothingLeft(folder)
    expect(readFileSync(secret, 'utf8')).toBe(canary)
    rmSync(folder, { recursive: true, force: true })
  })
  return { folder, secret, runner, inLanguage }
}

/** Each test leaves no process and no control group, and changes no file. */
export function attackedSandbox(mark: string): Attacked & { readonly name: string } {
  const name = `${mark}-${process.pid}`
  const languages = ['python', 'bash', 'javascript']
  const nothingRuns = (): void => expect(leftOf(name)).toEqual([])
  const sandbox = attacked(
    'sandbox',
    (folder) => createSandboxRunner({ folder, name, languages }),
    nothingRuns,
  )
  let before: readonly string[]
  beforeAll(() => {
    before = stateOf(sandbox.folder)
  })
  afterEach(() => {
    nothingRuns()
    expect(stateOf(sandbox.folder)).toEqual(before)
  })
  return { ...sandbox, name }
}

/** All tests together leave no process, waiting or not, and no file but those of the engines and the secret. */
export const attackedWasm = (): Attacked =>
  attacked(
    'wasm',
    (folder) => createWasmRunner({ folder, waiting: 1 }),
    (folder) => {
      if (existsSync('/proc')) expect(livingProcesses(folder)).toBe(0)
      expect(readdirSync(folder)).toHaveLength(2)
    },
  )
