/** `braid import` as a person runs it: a process of its own, files on disk, its output and exit code. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileBpmn } from '@braid/core/definition/bpmn/compile.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const fixture = join(root, 'tests/api/fixtures/invoice-camunda-7.bpmn')
const sample = join(root, 'server/src/samples/order-desk/order-desk.bpmn')

let folder: string
let refused: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'braid-import-'))
  refused = join(folder, 'refused.bpmn')
  const text = readFileSync(fixture, 'utf8')
  writeFileSync(
    refused,
    text.replace('camunda:type="external" camunda:topic="check-invoice"', 'camunda:class="A"'),
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

function braid(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'server/src/cli.ts'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe('braid import', () => {
  test('says of every element what it does', () => {
    const { status, stdout, stderr } = braid('import', fixture, sample)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain(`${fixture}\n  line 3    process invoice "Invoice": translated\n`)
    expect(stdout).toMatch(/line 22 {3}exclusiveGateway large: runs unchanged\n/)
    expect(stdout).toMatch(/line 6 {4}serviceTask check "Check": translated, differs\n/)
    expect(stdout).toContain('translated: camunda:priority="80" → zeebe:priorityDefinition priority="80"')
    expect(stdout).toContain('19 elements: 12 run unchanged, 7 are translated, 0 are refused')
    expect(stdout).toMatch(/order-desk\.bpmn\n[\s\S]* 0 are translated, 0 are refused\n$/)
  })

  test('ends with 1 when something is refused, and says why', () => {
    const { status, stdout } = braid('import', 'refused.bpmn')
    expect(status).toBe(1)
    expect(stdout).toContain('serviceTask check "Check": REFUSED\n')
    expect(stdout).toContain('refused: camunda:class="A": let a worker do it')
  })

  test('gives the same to programs', () => {
    const { status, stdout } = braid('import', '--json', 'refused.bpmn', sample)
    expect(status).toBe(1)
    const { files } = JSON.parse(stdout)
    expect(files).toHaveLength(2)
    const check = files[0].elements.find(({ elementId }: { elementId: string }) => elementId === 'check')
    expect(check).toMatchObject({ elementType: 'serviceTask', line: 6, verdict: 'refused' })
    expect(check.remarks).toContainEqual(
      expect.objectContaining({ code: 'CAMUNDA_7_EXTENSION', verdict: 'refused' }),
    )
  })

  test('writes the converted file, which then runs unchanged', async () => {
    const first = braid('import', '--write', 'converted.bpmn', fixture)
    expect(first.status).toBe(0)
    const written = readFileSync(join(folder, 'converted.bpmn'), 'utf8')
    expect(written).not.toMatch(/ camunda:/)
    expect(await compileBpmn(written)).toMatchObject({ ok: true, value: { warnings: [] } })
    expect(braid('import', 'converted.bpmn').stdout).toContain('19 run unchanged, 0 are translated')
  })

  test('writes nothing of a file that is refused', () => {
    const { status, stderr } = braid('import', '--write', 'never.bpmn', 'refused.bpmn')
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'braid import: never.bpmn is not written, because parts of refused.bpmn are refused\n',
    })
    expect(() => readFileSync(join(folder, 'never.bpmn'))).toThrow('ENOENT')
  })

  test.each([
    [['import'], 'expected files, got none'],
    [['import', 'missing.bpmn'], 'missing.bpmn: ENOENT'],
    [['import', '--wrong', 'a'], "Unknown option '--wrong'"],
    [['import', '--write', 'c', 'a', 'b'], 'expected one file to write c from, got 2'],
    [['dance'], 'there is no verb dance'],
  ])('%j ends with 2 and says how it is used', (args, message) => {
    const { status, stdout, stderr } = braid(...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toContain('import [--json] [--write FILE] FILE…')
  })

  test('is told by the command itself', () => {
    expect(braid('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('braid import') })
  })

  test('takes files from where npm was called', () => {
    const run = spawnSync('npm', ['run', '--silent', 'braid', '--', 'import', 'README.md'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(run.status).toBe(1)
    expect(run.stdout).toContain('README.md\n            file: REFUSED\n')
  })
})
