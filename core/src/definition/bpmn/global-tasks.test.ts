import { expect, test } from 'vitest'
import { errorsOf, extension, file, nodeOf, process, programsOf, warningsOf } from './fixtures/bpmn-text.ts'

const job = extension('<zeebe:taskDefinition type="x" />')
const call = process(
  '<bpmn:callActivity id="c" calledElement="tns:G" />',
  `<bpmn:globalUserTask id="G" name="Ask">${extension('<zeebe:assignmentDefinition assignee="ann" />')}</bpmn:globalUserTask>`,
)

test('a global task is a process of one task, which call activities call', async () => {
  const [caller, global, ...more] = await programsOf(call)
  if (caller === undefined || global === undefined) throw new Error('expected two programs')
  expect(more).toEqual([])
  expect(nodeOf(caller, 'c', 'call-activity').call.processId).toEqual({ value: 'G' })
  expect(global).toMatchObject({ format: 2, processId: 'G', name: 'Ask', flows: [] })
  expect(global.nodes).toHaveLength(2)
  expect(nodeOf(global, 'G', 'process')).toMatchObject({ starts: ['G:task'], sourceType: 'globalUserTask' })
  expect(nodeOf(global, 'G:task', 'user-task')).toMatchObject({
    name: 'Ask',
    scope: 'G',
    task: { assignee: { value: 'ann' } },
  })
  expect(await warningsOf(call)).toEqual([])
})

test.each([
  ['globalTask', '', '', 'pass-task'],
  ['globalManualTask', '', '', 'pass-task'],
  ['globalUserTask', '', '', 'user-task'],
  ['globalScriptTask', 'scriptLanguage="js"', '<bpmn:script>a</bpmn:script>', 'job-task'],
  ['globalBusinessRuleTask', '', job, 'job-task'],
] as const)('a %s is done as a task of its kind', async (type, attributes, content, expected) => {
  const xml = file(`<bpmn:${type} id="G" ${attributes}>${content}</bpmn:${type}>`)
  const [program] = await programsOf(xml)
  expect(program && nodeOf(program, 'G:task', expected).sourceType).toBe(type)
  expect(await warningsOf(xml)).toEqual([])
})

test('a script brings its language along', async () => {
  const script =
    '<bpmn:globalScriptTask id="G" scriptLanguage="js"><bpmn:script>a</bpmn:script></bpmn:globalScriptTask>'
  const [program] = await programsOf(file(script))
  expect(program && nodeOf(program, 'G:task', 'job-task').job.headers).toEqual({
    scriptFormat: 'js',
    script: 'a',
  })
})

test('a global task has its listeners itself, and needs what its kind needs', async () => {
  const listeners =
    '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="x" /></zeebe:executionListeners>'
  const [program] = await programsOf(
    file(`<bpmn:globalTask id="G">${extension(listeners)}</bpmn:globalTask>`),
  )
  if (program === undefined) throw new Error('no program')
  expect(nodeOf(program, 'G:task', 'pass-task').listeners).toHaveLength(1)
  expect(nodeOf(program, 'G', 'process')).not.toHaveProperty('listeners')
  expect(await errorsOf(file('<bpmn:globalBusinessRuleTask id="G" />'))).toEqual([
    'MISSING_TASK_DEFINITION G',
  ])
  expect(await errorsOf(file('<bpmn:globalTask name="G" />'))).toContain('MISSING_ID D')
})

test('beside processes that are not executable there is still nothing to run', async () => {
  const xml = file(
    '<bpmn:process id="P" isExecutable="false"><bpmn:task id="t" /></bpmn:process><bpmn:globalTask id="G" />',
  )
  expect(await errorsOf(xml)).toEqual(['NO_EXECUTABLE_PROCESS P'])
})
