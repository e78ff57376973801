/** What an operator can do where the system keeps bubblewrap from making namespaces. */
import { existsSync, readFileSync } from 'node:fs'

const settings = [
  {
    path: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    value: '1',
    remedy:
      'AppArmor forbids it to ordinary users: give bwrap a profile that allows userns, or set kernel.apparmor_restrict_unprivileged_userns=0',
  },
  {
    path: '/proc/sys/kernel/unprivileged_userns_clone',
    value: '0',
    remedy: 'sysctl kernel.unprivileged_userns_clone=1 allows it',
  },
  {
    path: '/proc/sys/user/max_user_namespaces',
    value: '0',
    remedy: 'sysctl user.max_user_namespaces=10000 allows it',
  },
] as const

const containerMarks = ['/.dockerenv', '/run/.containerenv']

const readSetting = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined

/** In words; undefined when nothing known is in the way. A file's content by its path, where it exists. */
export function remedyFor(read: (path: string) => string | undefined = readSetting): string | undefined {
  const found = settings.find(({ path, value }) => read(path) === value)
  if (found !== undefined) return found.remedy
  return containerMarks.some((path) => read(path) !== undefined)
    ? 'this is a container, which has to be started with a seccomp profile that allows namespaces (Docker: --security-opt seccomp=unconfined --security-opt systempaths=unconfined)'
    : undefined
}
