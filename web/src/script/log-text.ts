/** What of a run's output is text for people: log lines of tasks, and what scripts wrote. */
import { logLevels, type TaskOutput } from '@braid/contract/dag-run.ts'
import { plainText } from './ansi.ts'

export type Level = (typeof logLevels)[number]

const isWritten = ({ kind }: TaskOutput): boolean => kind === 'stdout' || kind === 'stderr'
const isText = (entry: TaskOutput): boolean => entry.kind === 'log' || isWritten(entry)

/** Longer ones are not added to. */
const longestText = 10_000

/** The text among the entries; pieces of one line of a script, which come as it writes them, are one. */
export function textsOf(entries: readonly TaskOutput[]): readonly TaskOutput[] {
  const texts: TaskOutput[] = []
  /** Where a line is not ended yet. */
  const open = new Map<string, number>()
  for (const entry of entries.filter(isText)) {
    const source = `${entry.taskKey} ${entry.attempt} ${entry.kind}`
    const at = open.get(source)
    const begun = at === undefined ? undefined : texts[at]
    const message = `${begun?.message ?? ''}${entry.message ?? ''}`
    const joins = begun !== undefined && entry.omittedBytes === undefined && message.length <= longestText
    const place = joins && at !== undefined ? at : texts.length
    texts[place] = joins ? { ...begun, message } : entry
    if (isWritten(entry) && !message.endsWith('\n')) open.set(source, place)
    else open.delete(source)
  }
  return texts
}

/** The newest, as many as have together no more than that; at least the last one. */
export function newestOf(
  output: readonly TaskOutput[],
  most: { readonly entries: number; readonly letters: number },
): readonly TaskOutput[] {
  let letters = 0
  const last = output.findLastIndex((entry, index) => {
    letters += entry.message?.length ?? 0
    return index < output.length - 1 && (letters > most.letters || output.length - index > most.entries)
  })
  return output.slice(last + 1)
}

/** What scripts wrote has no level, so no level leaves it out. */
export const atLeast = (entry: TaskOutput, least: Level): boolean =>
  isWritten(entry) || logLevels.indexOf(entry.level ?? 'info') >= logLevels.indexOf(least)

/** The level of a log line, the stream of a script. */
export const labelOf = ({ kind, level = 'info' }: TaskOutput): Level | 'stdout' | 'stderr' =>
  kind === 'stdout' || kind === 'stderr' ? kind : level

/** Without colours and the like, and without the end of the last line, which every list of lines has itself. */
export function textOf({ kind, message = '', omittedBytes }: TaskOutput): string {
  if (kind === 'log') return message
  const text = message
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map(plainText)
    .join('\n')
  return omittedBytes === undefined ? text : `[${omittedBytes} bytes left out]\n${text}`
}

/** As a line of the file that is downloaded. */
export const fileLine = (entry: TaskOutput): string =>
  `${entry.timestamp} ${labelOf(entry).toUpperCase().padEnd(6)} ${entry.nodeId} ${entry.taskKey} attempt ${entry.attempt}: ${textOf(entry)}\n`
