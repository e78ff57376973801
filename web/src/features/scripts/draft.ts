/** What somebody wrote and did not save yet: it stays in their browser. */
import { defaultTimeoutMs, type Execution, executionPriorities } from '@braid/contract/execution.ts'
import { scriptLanguages } from '@braid/contract/script.ts'
import type { ScriptLanguage } from '../../script/language.ts'

/** What a version of a script holds. */
export type Content = {
  readonly source: string
  readonly language: ScriptLanguage
  readonly languageVersion: string
}

/** How it is run, in the words of the form. */
export type Settings = {
  readonly stdin: string
  /** A JSON object. */
  readonly input: string
  /** Seconds. */
  readonly timeout: string
  readonly priority: Execution['priority']
  /** When the server that runs it is lost. */
  readonly beginsAgain: boolean
}

export type Draft = {
  readonly content: Content
  /** The version that was changed; absent: it was never saved. */
  readonly basedOn?: number
}

export type Stored = { readonly draft?: Draft; readonly settings: Settings }

export const usualSettings: Settings = {
  stdin: '',
  input: '',
  timeout: String(defaultTimeoutMs / 1_000),
  priority: 'normal',
  beginsAgain: true,
}

export const sameContent = (one: Content, other: Content): boolean =>
  one.source === other.source &&
  one.language === other.language &&
  one.languageVersion === other.languageVersion

/** Several people may use one browser. */
const nameOf = (username: string, scriptKey: string): string => `braid-script/${username}/${scriptKey}`

export function readStored(username: string, scriptKey: string): Stored {
  try {
    return storedOf(JSON.parse(localStorage.getItem(nameOf(username, scriptKey)) ?? '{}'))
  } catch {
    return { settings: usualSettings }
  }
}

export function writeStored(username: string, scriptKey: string, stored: Stored): void {
  const name = nameOf(username, scriptKey)
  const usual =
    stored.draft === undefined && JSON.stringify(stored.settings) === JSON.stringify(usualSettings)
  try {
    if (usual) localStorage.removeItem(name)
    else localStorage.setItem(name, JSON.stringify(stored))
  } catch {
    // The browser keeps no more: leaving the page still asks.
  }
}

type Loose = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null

/** Reads what an older page may have written: what does not make sense is left out. */
export function storedOf(value: unknown): Stored {
  const { draft, settings } = isObject(value) ? value : {}
  const read = draftOf(draft)
  return { ...(read === undefined ? {} : { draft: read }), settings: settingsOf(settings) }
}

function draftOf(value: unknown): Draft | undefined {
  if (!isObject(value) || !isObject(value.content)) return undefined
  const { source, languageVersion } = value.content
  const language = scriptLanguages.find((one) => isObject(value.content) && one === value.content.language)
  if (typeof source !== 'string' || typeof languageVersion !== 'string' || language === undefined)
    return undefined
  return {
    content: { source, language, languageVersion },
    ...(typeof value.basedOn === 'number' ? { basedOn: value.basedOn } : {}),
  }
}

function settingsOf(value: unknown): Settings {
  if (!isObject(value)) return usualSettings
  const text = (name: 'stdin' | 'input' | 'timeout'): string => {
    const found = value[name]
    return typeof found === 'string' ? found : usualSettings[name]
  }
  const priority = executionPriorities.find((one) => one === value.priority) ?? usualSettings.priority
  const beginsAgain = value.beginsAgain !== false
  return { stdin: text('stdin'), input: text('input'), timeout: text('timeout'), priority, beginsAgain }
}
