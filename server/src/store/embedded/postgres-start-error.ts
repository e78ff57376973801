/** PostgreSQL can't be started: what it said, and what to do next. */
export class PostgresStartError extends Error {
  constructor(what: string, output: string) {
    const said = output.trim().split('\n').slice(-5).join('\n  ')
    super(`${what}. ${nextStep(output)}${said === '' ? '' : `\nIt said:\n  ${said}`}`)
    this.name = 'PostgresStartError'
  }
}

const steps: readonly (readonly [pattern: RegExp, step: string])[] = [
  [/no space left on device|disk quota exceeded/i, 'The disk is full: free some space and start again.'],
  [
    /permission denied|could not change permissions|could not access directory/i,
    'It may not use these files: give them to the user that starts Braid, or set BRAID_DATA_DIR to another folder.',
  ],
  [/read-only file system/i, 'The folder is read-only: set BRAID_DATA_DIR to one that can be written.'],
  [
    /database files are incompatible|initialized by PostgreSQL version/i,
    'The folder was made by another version of PostgreSQL: start the Braid that made it, or set BRAID_DATA_DIR ' +
      'to a new folder.',
  ],
  [
    /error while loading shared libraries|cannot execute binary|GLIBC/i,
    'Its programs do not run on this system: set BRAID_DATABASE_URL to a PostgreSQL 15 or newer.',
  ],
  [
    /could not look up effective user|cannot be run as root/i,
    'It needs a user with a name that is not root: start Braid as such a user, or set BRAID_DATABASE_URL.',
  ],
  [
    /could not map anonymous shared memory|could not resize shared memory|out of memory|cannot allocate memory/i,
    'There is too little memory: end other programs and start again.',
  ],
  [
    /pre-existing shared memory block|lock file .* already exists/i,
    'Processes of an earlier start still use its files: end them (ps -ef | grep postgres) and start again.',
  ],
]

function nextStep(output: string): string {
  const known = steps.find(([pattern]) => pattern.test(output))
  return known?.[1] ?? 'Set BRAID_DATABASE_URL to use a PostgreSQL of your own instead.'
}
