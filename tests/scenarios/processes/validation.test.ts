/** What is wrong with a file is told when it is deployed, through the API of a running node. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../../support/server.ts'
import { bpmn, end, process, start, task, xml } from './bpmn-text.ts'
import { createRuns, type Runs } from './runs.ts'

let server: TestServer
let runs: Runs
beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  runs = await createRuns(server)
})
afterAll(() => server?.stop())

type Case = {
  readonly what: string
  readonly file: string
  readonly code: string
  readonly elementId?: string
  readonly says: string
}

const refused: readonly Case[] = [
  {
    what: 'a flow to an unknown target',
    file: bpmn(process('p32', start('s'), 's -> nowhere')),
    code: 'DANGLING_REFERENCE',
    elementId: 's-nowhere',
    says: 'expected targetRef of sequence flow "s-nowhere" to name an element of this file, got "nowhere"',
  },
  {
    what: 'a flow from an unknown source',
    file: bpmn(process('p32', end('e'), 'nowhere -> e')),
    code: 'DANGLING_REFERENCE',
    elementId: 'nowhere-e',
    says: 'expected sourceRef of sequence flow "nowhere-e"',
  },
  {
    what: 'nothing that could start',
    file: bpmn(process('p32', task('a'), task('b'), 'a -> b', 'b -> a')),
    code: 'NO_START',
    elementId: 'p32',
    says: 'to have a start event or a node without incoming flow, got none',
  },
  {
    what: 'an id that occurs twice',
    file: bpmn(process('p32', start('twice'), task('twice'))),
    code: 'DUPLICATE_ID',
    elementId: 'twice',
    says: 'expected every id once, got "twice" again',
  },
  { what: 'no text', file: '', code: 'XML_MALFORMED', says: 'got an empty text' },
  { what: 'white space', file: ' \n\t', code: 'XML_MALFORMED', says: 'got an empty text' },
  {
    what: 'XML that breaks off',
    file: bpmn(process('p32', start('s'))).replace('</definitions>', ''),
    code: 'XML_MALFORMED',
    says: 'expected well-formed XML',
  },
  {
    what: 'XML with a wrong end',
    file: bpmn(process('p32', start('s'))).replace('</process>', '</porcess>'),
    code: 'XML_MALFORMED',
    says: 'closing tag mismatch',
  },
  { what: 'no XML', file: 'hello', code: 'XML_MALFORMED', says: 'expected well-formed XML' },
  { what: 'XML of something else', file: '<html/>', code: 'NOT_BPMN', says: 'got "<html/>"' },
  {
    what: 'a process without id',
    file: bpmn(xml('process', { isExecutable: true }, start('s'))),
    code: 'MISSING_ID',
    says: 'expected every process to have an id',
  },
  {
    what: 'a process with nothing in it',
    file: bpmn(process('p32')),
    code: 'EMPTY_PROCESS',
    elementId: 'p32',
    says: 'expected process "p32" to have flow nodes, got none',
  },
  {
    what: 'no process',
    file: bpmn(),
    code: 'NO_EXECUTABLE_PROCESS',
    says: 'expected a process that is marked as executable',
  },
  {
    what: 'a task without the type of its job',
    file: bpmn(process('p32', start('s'), xml('serviceTask', { id: 't' }), 's -> t')),
    code: 'MISSING_TASK_DEFINITION',
    elementId: 't',
    says: 'zeebe:taskDefinition',
  },
]

test.each(refused)('P32 a file with $what is refused: $code', async ({ file, code, elementId, says }) => {
  const answer = await runs.tryDeploy('p32.bpmn', file)
  expect(answer).toMatchObject({ status: 422, body: { code: 'INVALID_DEFINITION' } })
  expect(answer.body.findings).toContainEqual(
    expect.objectContaining({
      severity: 'error',
      code,
      resourceName: 'p32.bpmn',
      message: expect.stringContaining(says),
      ...(elementId === undefined ? {} : { elementId, line: 1 }),
    }),
  )
  expect(await runs.items('/process-definitions/search', { processDefinitionId: 'p32' })).toEqual([])
})

const noteworthy: readonly Case[] = [
  {
    what: 'no flows',
    file: bpmn(process('p32_w', start('s'), end('e'))),
    code: 'UNREACHABLE',
    elementId: 'e',
    says: 'no token can reach end event "e"',
  },
  {
    what: 'a task that nothing leads to',
    file: bpmn(process('p32_w', start('s'), end('e'), 's -> e', task('island'))),
    code: 'BEGINS_WITHOUT_FLOW',
    elementId: 'island',
    says: 'no flow leads to service task "island"',
  },
  {
    what: 'a circle that nothing leads to',
    file: bpmn(process('p32_w', start('s'), end('e'), 's -> e', task('a'), task('b'), 'a -> b -> a')),
    code: 'UNREACHABLE',
    elementId: 'a',
    says: 'no token can reach service task "a"',
  },
]

test.each(noteworthy)(
  'P32 a file with $what is deployed, with a warning: $code',
  async ({ file, code, elementId, says }) => {
    const { status, body } = await runs.tryDeploy('p32.bpmn', file)
    expect(status).toBe(200)
    expect(body.warnings).toEqual([
      expect.objectContaining({
        severity: 'warning',
        code,
        elementId,
        line: 1,
        message: expect.stringContaining(says),
      }),
    ])
  },
)

test('P32 a process without start and end events runs as the standard says', async () => {
  await runs.deploy('p32.bpmn', bpmn(process('p32_plain', task('a'), task('b'), 'a -> b')))
  const run = await runs.start('p32_plain')
  await runs.complete(run, 'a')
  await runs.complete(run, 'b')
  await runs.ended(run)
  expect(await runs.path(run)).toEqual(['a', 'b'])
})
