/**
 * The system user that PostgreSQL runs as. PostgreSQL refuses to run as root, so root lends it an existing user
 * without privileges, who must be able to enter the folders of programs and data.
 */
import { readFileSync, realpathSync, type Stats, statSync } from 'node:fs'
import { chown } from 'node:fs/promises'
import { dirname } from 'node:path'

export type Account = { readonly name: string; readonly uid: number; readonly gid: number }

const lendable = ['postgres', 'nobody'] as const

/** Undefined when this process isn't root and PostgreSQL runs as the same user. */
export function accountForPostgres(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = parsePasswd(readFileSync('/etc/passwd', 'utf8'))
  for (const name of lendable) {
    const account = accounts.find((candidate) => candidate.name === name)
    if (account !== undefined && account.uid !== 0) return account
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and neither a user postgres nor a user nobody exists here. ' +
      'Start Braid as an ordinary user, or set BRAID_DATABASE_URL to a PostgreSQL that runs already.',
  )
}

/** The account with this id, by whatever name. */
export function accountOfUser(uid: number): Account | undefined {
  return parsePasswd(readFileSync('/etc/passwd', 'utf8')).find((account) => account.uid === uid)
}

/** Lines of `/etc/passwd`: name, password, uid, gid, …; ids may be written negative. */
export function parsePasswd(text: string): readonly Account[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    if (!name || !/^-?\d+$/.test(uid ?? '') || !/^-?\d+$/.test(gid ?? '')) return []
    return [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }]
  })
}

/** Whether the account can enter every folder of a path that exists, and read what lies at its end. */
export function canReach(path: string, account: Account): boolean {
  let at = realpathSync(path)
  if (!allows(statSync(at), account, readable)) return false
  while (dirname(at) !== at) {
    at = dirname(at)
    if (!allows(statSync(at), account, enterable)) return false
  }
  return true
}

export async function giveTo(account: Account | undefined, path: string): Promise<void> {
  if (account !== undefined) await chown(path, account.uid, account.gid)
}

const enterable = 0o1
const readable = 0o5

function allows(stats: Stats, account: Account, wanted: number): boolean {
  const shift = stats.uid === account.uid ? 6 : stats.gid === account.gid ? 3 : 0
  return ((stats.mode >> shift) & wanted) === wanted
}
