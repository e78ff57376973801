/** What the command line can be asked for. */
export type Verb = {
  /** Behind `braid`. */
  readonly usage: string
  /** Gives the exit code: 0, or 1 when what was asked for is refused. */
  run(args: readonly string[]): Promise<number>
}

/** The command line is not what the verb takes, or a file can't be read or written; exit code 2. */
export class UsageError extends Error {}
