/** The page about DAGs: both ways to write its example come to the same DAG, which compiles. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Dag } from '@braid/contract/application/dag.ts'
import { compileDagFile } from '@braid/core/definition/dag/compile-file.ts'
import { triggerRules } from '@braid/core/model/dag.ts'
import { expect, test } from 'vitest'

const page = readFileSync(new URL('../../docs/dags.md', import.meta.url), 'utf8')
const snippet = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? ''

test('the example in TypeScript and the one in YAML are the same DAG', async () => {
  const file = new URL('./dags-page-snippet.ts', import.meta.url)
  writeFileSync(file, snippet('ts'))
  try {
    const { words } = (await import(file.href)) as { readonly words: Dag }
    const { $schema: _, additionalProperties: __, ...input } = words.input ?? {}
    const compiled = compileDagFile(snippet('yaml'))
    expect(compiled).toMatchObject({ ok: true, value: { model: { ...words, input }, warnings: [] } })
  } finally {
    rmSync(file)
  }
})

test('every rule is named', () => {
  for (const rule of triggerRules) expect(page).toContain(`\`${rule}\``)
})
