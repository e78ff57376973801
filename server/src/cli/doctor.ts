/** `braid doctor`: how scripts of strangers would be isolated on this machine, tried out; what to install for more. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createSandboxRunner } from '@braid/runner/isolation/sandbox/sandbox.ts'
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

async function diagnose(): Promise<Diagnosis> {
  const folder = await mkdtemp(join(tmpdir(), 'braid-doctor-'))
  try {
    const made = await createSandboxRunner({ folder, name: `doctor-${process.pid}` })
    if (!made.ok) return { tier: 'none', runtimes: [], warnings: [made.error] }
    const { tier, runtimes, warnings } = made.value
    await made.value.close()
    return { tier, runtimes, warnings }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const lines = ({ tier, runtimes, warnings }: Diagnosis): readonly string[] => [
  tier === 'none' ? 'Scripts: no isolation on this machine' : `Scripts: isolated by the tier ${tier}`,
  ...runtimes.map(({ language, fullVersion }) => `  ${language.padEnd(12)}${fullVersion}`),
  ...warnings.map((warning) => `  ! ${warning}`),
]

/** Exit code 1 when scripts can't be isolated. */
export const doctor: Verb = {
  usage: 'doctor [--json]',
  run: async (args) => {
    const { json } = parse(args)
    const diagnosis = await diagnose()
    console.log(json === true ? JSON.stringify(diagnosis, null, 2) : lines(diagnosis).join('\n'))
    return diagnosis.tier === 'none' ? 1 : 0
  },
}
