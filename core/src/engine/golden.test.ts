/**
 * Golden token traces: `golden/<case>.bpmn` is deployed, the lines of `<case>.steps` are done, and what happened must
 * read as `<case>.trace`. `UPDATE_GOLDEN=1` writes the traces anew: read them before you keep them.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkCommit } from '../../../tests/support/check-commit.ts'
import { EngineDriver } from '../../../tests/support/engine-driver.ts'
import { doStep, parseSteps } from '../../../tests/support/steps.ts'
import { Trace } from '../../../tests/support/trace.ts'
import { compileBpmn } from '../definition/bpmn/compile.ts'

const folder = join(import.meta.dirname, 'golden')
const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.bpmn'))
  .map((name) => name.slice(0, -'.bpmn'.length))

async function trace(name: string): Promise<string> {
  const compiled = await compileBpmn(readFileSync(join(folder, `${name}.bpmn`), 'utf8'))
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error, undefined, 2))
  const { programs } = compiled.value
  const recorded = new Trace()
  const driver: EngineDriver = new EngineDriver({
    onCommit: (commit) => {
      recorded.commit(commit)
      checkCommit(commit, driver.tables)
    },
  })
  driver.deploy(programs)
  for (const step of parseSteps(readFileSync(join(folder, `${name}.steps`), 'utf8'))) {
    recorded.step(step.text)
    const rejection = doStep(step, driver, programs[0]?.processId ?? '')
    if (rejection !== undefined) recorded.note(`REFUSED ${rejection.kind}: ${rejection.message}`)
  }
  return recorded.toString()
}

describe('golden token traces', () => {
  test.each(cases)('%s', async (name) => {
    const file = join(folder, `${name}.trace`)
    const happened = await trace(name)
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, happened)
    expect(happened).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '')
  })

  test('every case has its three files', () => {
    const expected = cases.flatMap((name) => [`${name}.bpmn`, `${name}.steps`, `${name}.trace`])
    expect(readdirSync(folder).toSorted()).toEqual(expected.toSorted())
  })
})
