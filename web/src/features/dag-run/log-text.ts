/** What of a run's output is text for people: log lines of tasks, and what scripts wrote. */
import { logLevels, type TaskOutput } from '@braid/contract/dag-run.ts'
import { plainText } from '../../script/ansi.ts'

export type Level = (typeof logLevels)[number]

export const isText = ({ kind }: TaskOutput): boolean =>
  kind === 'log' || kind === 'stdout' || kind === 'stderr'

/** What scripts wrote has no level, so no level leaves it out. */
export const atLeast = ({ kind, level = 'info' }: TaskOutput, least: Level): boolean =>
  kind !== 'log' || logLevels.indexOf(level) >= logLevels.indexOf(least)

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
