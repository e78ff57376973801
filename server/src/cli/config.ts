/** `braid config`: every setting, its value, where it comes from; secrets by their names alone. */
import { parseArgs } from 'node:util'
import { isSecretName, isSettingName, settingTexts } from '../config/settings.ts'
import {
  type ConfigSource,
  isKnownSetting,
  loadConfig,
  passwordOf,
  type ReadSetting,
  readSettings,
  unknownSetting,
} from '../config.ts'
import { UsageError, type Verb } from './verb.ts'

type Shown = {
  readonly name: string
  readonly value: string
  /** `environment`, `default` or file and line. */
  readonly source: string
  /** Of a name that is no setting. */
  readonly problem?: string
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { json: { type: 'boolean' } } }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function shownValue({ name, written, secretName }: ReadSetting): string {
  if (written === undefined) return isSettingName(name) ? settingTexts[name].default : ''
  if (secretName !== undefined) return `(from secret ${secretName})`
  if (isSecretName(name)) return '(secret)'
  // Nobody knows what a name that means nothing holds.
  if (!isKnownSetting(name)) return '(not shown)'
  const password = passwordOf(written)
  if (password === undefined) return written
  const url = new URL(written)
  url.password = 'secret'
  return url.href.replace(':secret@', ':(secret)@')
}

const placeOf = ({ source }: ReadSetting): string =>
  source.kind === 'file' ? `${source.file}:${source.line}` : source.kind

const shown = (setting: ReadSetting): Shown => ({
  name: setting.name,
  value: shownValue(setting),
  source: placeOf(setting),
  ...(isKnownSetting(setting.name) ? {} : { problem: unknownSetting(setting.name) }),
})

function table(rows: readonly Shown[]): string {
  const width = (column: 'name' | 'value'): number =>
    Math.min(60, Math.max(...rows.map((row) => row[column].length)))
  const [names, values] = [width('name'), width('value')]
  return rows
    .map(({ name, value, source }) => `${name.padEnd(names)}  ${value.padEnd(values)}  ${source}`)
    .join('\n')
}

export async function configReport(
  source: ConfigSource,
): Promise<{ readonly settings: readonly Shown[]; readonly problems: readonly string[] }> {
  const read = readSettings(source)
  if (!read.ok) return { settings: [], problems: read.error }
  const loaded = await loadConfig(source)
  return { settings: read.value.map(shown), problems: loaded.ok ? [] : loaded.error }
}

export const showConfig: Verb = {
  usage: 'config [--json]',
  run: async (args) => {
    const { json } = parse(args)
    const { settings, problems } = await configReport({})
    if (json === true) console.log(JSON.stringify({ settings, problems }, null, 2))
    else {
      if (settings.length > 0) console.log(table(settings))
      if (problems.length > 0) console.error(`\n${problems.join('\n')}`)
    }
    return problems.length === 0 ? 0 : 1
  },
}
