/** Whether what is in the editor can be run here, and what to ask the server for. */
import {
  defaultMaxAttempts,
  maxScriptLength,
  minTimeoutMs,
  type RunScriptRequest,
  type RuntimeList,
} from '@braid/contract/execution.ts'
import { parseObject } from '../../frame/json-text.ts'
import { languageNames, type ScriptLanguage } from '../../script/language.ts'
import type { Content, Settings } from './draft.ts'

export const versionsOf = ({ items }: RuntimeList, language: ScriptLanguage): readonly string[] => [
  ...new Set(items.filter((one) => one.language === language).map(({ version }) => version)),
]

/** In words that say what to do; undefined: nothing is in the way. */
export function whyNotRun(content: Content, settings: Settings, runtimes: RuntimeList): string | undefined {
  const name = languageNames[content.language]
  const versions = versionsOf(runtimes, content.language)
  if (runtimes.items.length === 0) return 'No language can be run here: the message on this page says why'
  if (versions.length === 0) return `${name} can’t be run here: choose another language`
  if (!versions.includes(content.languageVersion))
    return `${name} ${content.languageVersion} is not here: choose version ${versions.join(' or ')}`
  if (content.source.trim() === '') return 'There is nothing to run: write something'
  if (content.source.length > maxScriptLength) return tooLong(content.source)
  if (!parseObject(settings.input).ok) return 'The input is not a JSON object: correct it below'
  return timeoutProblem(settings.timeout, runtimes.limits.maxTimeoutMs)
}

export const tooLong = (source: string): string =>
  `The script has ${source.length.toLocaleString('en')} characters: at most ${maxScriptLength.toLocaleString('en')} can be run or saved`

export function timeoutProblem(seconds: string, maxTimeoutMs: number): string | undefined {
  const ms = Number(seconds) * 1_000
  return seconds.trim() !== '' && ms >= minTimeoutMs && ms <= maxTimeoutMs
    ? undefined
    : `The timeout must be from ${minTimeoutMs / 1_000} to ${maxTimeoutMs / 1_000} seconds`
}

/** What was saved as it is, is run as that version, so that its history shows the run. */
export function runRequest(
  content: Content,
  settings: Settings,
  saved: { readonly scriptKey: string; readonly version: number } | undefined,
): Partial<RunScriptRequest> {
  const input = parseObject(settings.input)
  return {
    ...(saved === undefined
      ? { script: content.source, language: content.language, version: content.languageVersion }
      : { scriptKey: saved.scriptKey, scriptVersion: saved.version }),
    stdin: settings.stdin,
    input: input.ok ? input.value : {},
    timeoutMs: Math.round(Number(settings.timeout) * 1_000),
    maxAttempts: settings.beginsAgain ? defaultMaxAttempts : 1,
    priority: settings.priority,
  }
}
