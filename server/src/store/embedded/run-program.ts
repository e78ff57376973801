/** Runs one of PostgreSQL's own programs as the user of the cluster. */
import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { platform } from 'node:process'
import type { Account } from './account.ts'

type Place = { readonly folder: string; readonly account: Account | undefined }

/**
 * Messages in English, since some are recognised; a working folder that the user can enter; and no PG* variables of
 * ours, which would change what the programs do. Windows needs its own variables to run anything.
 */
export function programOptions(place: Place): SpawnOptions {
  return {
    cwd: place.folder,
    windowsHide: true,
    ...(platform === 'win32' ? {} : { env: { LC_ALL: 'C', TZ: 'UTC' } }),
    ...(place.account === undefined ? {} : { uid: place.account.uid, gid: place.account.gid }),
  }
}

export async function runProgram(
  program: string,
  args: readonly string[],
  place: Place,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const child = spawn(program, args, { ...programOptions(place), stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  try {
    const [code]: readonly unknown[] = await once(child, 'close')
    return { exitCode: typeof code === 'number' ? code : -1, output }
  } catch (error) {
    return { exitCode: -1, output: `${program}: ${error instanceof Error ? error.message : String(error)}` }
  }
}
