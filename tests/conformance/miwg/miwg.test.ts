import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportBpmn, importBpmn } from '@braid/core/definition/bpmn/interchange.ts'
import { expect, test } from 'vitest'
import { type CaseResult, findSuite, recordedScore, report } from '../suite.ts'
import { differencesOf } from './infoset.ts'

const folder = findSuite('miwg', 'A.1.0.bpmn')

/** What the export of a file says otherwise than the file, as XML and as typed elements. */
async function flawsOf(text: string): Promise<readonly string[]> {
  const imported = await importBpmn(text)
  if (!imported.ok) return imported.error.map(({ code, message }) => `refused: ${code}: ${message}`)
  const errors = imported.value.findings.filter(({ severity }) => severity === 'error')
  const exported = exportBpmn(imported.value)
  const again = await importBpmn(exported)
  const typed = JSON.stringify(again.ok ? again.value.definitions : again.error)
  return [
    ...errors.map(({ code, message }) => `not understood: ${code}: ${message}`),
    ...differencesOf(text, exported),
    ...(typed === JSON.stringify(imported.value.definitions) ? [] : ['its export is read as other elements']),
  ]
}

async function roundTrip(name: string, path: string): Promise<CaseResult> {
  const flaws = await flawsOf(readFileSync(path, 'utf8'))
  if (flaws.length === 0) return { name, outcome: 'passed' }
  console.log(flaws.map((flaw) => `miwg: ${name}: ${flaw}`).join('\n'))
  return { name, outcome: 'failed', reason: `${flaws.length} differences` }
}

test.skipIf(folder === undefined)('miwg: reference models are exported as they were imported', async () => {
  const path = folder ?? ''
  const models = readdirSync(path).filter((name) => name.endsWith('.bpmn'))
  const score = report('miwg', await Promise.all(models.map((name) => roundTrip(name, join(path, name)))))
  const recorded = recordedScore('miwg', score)
  expect(score.passed).toBeGreaterThanOrEqual(recorded?.passed ?? 0)
})
