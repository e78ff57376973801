/** `braid doctor`: how scripts of strangers would be isolated on this machine, tried out; what to install for more. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createGvisorRunner } from '@braid/runner/isolation/gvisor/gvisor.ts'
import { createSandboxRunner } from '@braid/runner/isolation/sandbox/sandbox.ts'
import { createWasmRunner } from '@braid/runner/isolation/wasm/wasm.ts'
import type { Runner } from '@braid/runner/runner.ts'
import { UsageError, type Verb } from './verb.ts'

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { json: { type: 'boolean' } } }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

type Diagnosis = Pick<Runner, 'runtimes' | 'warnings'> & { readonly tier: Runner['tier'] | 'none' }

async function diagnosisOf(runner: Runner, before: readonly string[] = []): Promise<Diagnosis> {
  await runner.close()
  return { tier: runner.tier, runtimes: runner.runtimes, warnings: [...before, ...runner.warnings] }
}

async function diagnose(): Promise<Diagnosis> {
  const folder = await mkdtemp(join(tmpdir(), 'braid-doctor-'))
  try {
    const made = await createSandboxRunner({ folder, name: `doctor-${process.pid}` })
    if (made.ok) return await diagnosisOf(made.value)
    const gvisor = await createGvisorRunner({ folder, name: `doctor-${process.pid}` })
    if (gvisor.ok)
      return await diagnosisOf(gvisor.value, [`${made.error}; BRAID_SCRIPT_ISOLATION=gvisor works`])
    const wasm = await createWasmRunner({ folder: join(folder, 'wasm'), waiting: 0 })
    if (!wasm.ok) return { tier: 'none', runtimes: [], warnings: [made.error, gvisor.error, wasm.error] }
    return await diagnosisOf(wasm.value, [made.error, gvisor.error])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const verdictOf = (tier: Diagnosis['tier']): string => {
  if (tier === 'none') return 'Scripts: no isolation on this machine'
  if (tier === 'wasm') return 'Scripts: only of people you trust, by the tier wasm'
  return `Scripts: isolated by the tier ${tier}`
}

const lines = ({ tier, runtimes, warnings }: Diagnosis): readonly string[] => [
  verdictOf(tier),
  ...runtimes.map(({ language, fullVersion }) => `  ${language.padEnd(12)}${fullVersion}`),
  ...warnings.map((warning) => `  ! ${warning}`),
]

/** Exit code 1 when scripts of strangers can't be isolated. */
export const doctor: Verb = {
  usage: 'doctor [--json]',
  run: async (args) => {
    const { json } = parse(args)
    const diagnosis = await diagnose()
    console.log(json === true ? JSON.stringify(diagnosis, null, 2) : lines(diagnosis).join('\n'))
    return diagnosis.tier === 'none' || diagnosis.tier === 'wasm' ? 1 : 0
  },
}
