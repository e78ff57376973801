/**
 * Where settings come from: the environment, then `.env`, then `.env.<platform>.<environment>` of the current folder.
 * The first that names a setting decides; an empty value is no value.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { settingSchemas } from './settings.ts'

export type Variables = Readonly<Record<string, string | undefined>>

export type Source =
  | { readonly kind: 'environment' }
  | { readonly kind: 'file'; readonly file: string; readonly line: number }

export type Found = { readonly value: string; readonly source: Source }

type Layer = { readonly found: ReadonlyMap<string, Found> }

/** Much more than anyone writes by hand; a log or a disk by mistake is refused. */
const maxFileBytes = 1_000_000

/** All variables, those of others too: a secret may be among them. */
export function readLayers(
  environment: Variables,
  folder: string,
): Result<ReadonlyMap<string, Found>, readonly string[]> {
  const fromEnvironment = new Map<string, Found>()
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && value !== '')
      fromEnvironment.set(name, { value, source: { kind: 'environment' } })
  }
  const local = readFile(folder, '.env')
  if (!local.ok) return local
  const above = merge([{ found: fromEnvironment }, local.value])
  const name = nameOfShared(above)
  if (!name.ok) return name
  const shared = readFile(folder, name.value)
  if (!shared.ok) return shared
  const misplaced = (['BRAID_PLATFORM', 'BRAID_ENVIRONMENT'] as const).filter((setting) =>
    shared.value.found.has(setting),
  )
  if (misplaced.length > 0) {
    return failure(
      misplaced.map((setting) => `${setting}: it names the file ${name.value}, so it can't be set in it`),
    )
  }
  return success(merge([{ found: above }, shared.value]))
}

function merge(layers: readonly Layer[]): ReadonlyMap<string, Found> {
  return new Map(layers.toReversed().flatMap(({ found }) => [...found]))
}

function nameOfShared(found: ReadonlyMap<string, Found>): Result<string, readonly string[]> {
  const names = ['BRAID_PLATFORM', 'BRAID_ENVIRONMENT'] as const
  const parsed = names.map((name) => ({ name, ...settingSchemas[name].safeParse(found.get(name)?.value) }))
  const wrong = parsed.filter(({ success: isRight }) => !isRight)
  if (wrong.length > 0)
    return failure(wrong.map(({ name, error }) => `${name}: ${error?.issues[0]?.message ?? ''}`))
  return success(`.env.${parsed.map(({ data }) => data).join('.')}`)
}

function readFile(folder: string, file: string): Result<Layer, readonly string[]> {
  let text: string
  try {
    text = readFileSync(join(folder, file), 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return success({ found: new Map() })
    return failure([`${file}: it can't be read (${String(code)})`])
  }
  if (text.length > maxFileBytes) return failure([`${file}: expected at most ${maxFileBytes} characters`])
  const found = new Map<string, Found>()
  for (const [name, value] of Object.entries(parseEnv(text))) {
    if (value !== undefined && value !== '')
      found.set(name, { value, source: { kind: 'file', file, line: lineOf(text, name) } })
  }
  return success({ found })
}

/** Of the last assignment, which is the one that counts. */
function lineOf(text: string, name: string): number {
  const assignment = new RegExp(`^\\s*(export\\s+)?${RegExp.escape(name)}\\s*=`)
  return text.split('\n').findLastIndex((line) => assignment.test(line)) + 1
}
