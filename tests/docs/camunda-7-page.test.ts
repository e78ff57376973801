import { readFile } from 'node:fs/promises'
import { namesInActivities } from '@braid/core/definition/camunda7/element-conversion.ts'
import { translateToFeel } from '@braid/core/definition/camunda7/juel/translate.ts'
import { expect, test } from 'vitest'

const page = await readFile(new URL('../../docs/camunda-7.md', import.meta.url), 'utf8')

/** Both cells of each row of the table of expressions, without the marks of code. */
const rows = [...(page.split('## Expressions')[1] ?? '').matchAll(/^\| `([^`]+)` *\| `([^`]+)` *\|$/gm)].map(
  ([, juel = '', feel = '']) => [juel, feel] as const,
)

test('the page shows expressions', () => {
  expect(rows.length).toBeGreaterThan(10)
})

test.each(rows)('%s becomes what the page says', (juel, feel) => {
  expect(translateToFeel(juel, namesInActivities)).toEqual({ ok: true, value: feel })
})
