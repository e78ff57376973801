/** A folder outside of homes for what root lends to another user. */
import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The second survives a restart of the machine on most systems, the last may not. */
const candidates = ['/var/lib/braid', '/var/tmp/braid', join(tmpdir(), 'braid')] as const

export function sharedFolder(log: (line: string) => void): string {
  for (const folder of candidates) {
    if (!makeOwn(folder)) continue
    if (folder !== candidates[0])
      log(`${candidates[0]} can't be written: using ${folder}, which may be cleaned away`)
    return folder
  }
  throw new Error(
    `None of ${candidates.join(', ')} can be written, and the user that PostgreSQL runs as can't enter the data ` +
      'folder. Set BRAID_DATA_DIR to a folder that every user can enter, or start Braid as an ordinary user.',
  )
}

/** Others may enter, only the owner may write: a folder that somebody else put there is not used. */
function makeOwn(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true })
    const stats = lstatSync(folder)
    if (!stats.isDirectory() || stats.uid !== process.getuid?.()) return false
    chmodSync(folder, 0o755)
    return true
  } catch {
    return false
  }
}
