import { expect, test } from 'vitest'
import { errorsOf, extension, file, findingsOf, programsOf, warningsOf } from './fixtures/bpmn-text.ts'

const process = (id: string, executable?: boolean, content = `<bpmn:task id="${id}_task" />`): string => {
  const attribute = executable === undefined ? '' : ` isExecutable="${executable}"`
  return `<bpmn:process id="${id}"${attribute}>${content}</bpmn:process>`
}

const idsOf = async (xml: string): Promise<string[]> =>
  (await programsOf(xml)).map(({ processId }) => processId)

test('every executable process becomes a program, in document order', async () => {
  const xml = file(process('B', true) + process('A', true))
  expect(await idsOf(xml)).toEqual(['B', 'A'])
  expect(await warningsOf(xml)).toEqual([])
})

test('a process that is not executable is skipped', async () => {
  const xml = file(process('A', true) + process('B', false))
  expect(await idsOf(xml)).toEqual(['A'])
  expect(await warningsOf(xml)).toEqual(['PROCESS_SKIPPED B'])
})

test('a process that says nothing runs when no other says that it does', async () => {
  expect(await warningsOf(file(process('A')))).toEqual(['EXECUTABLE_ASSUMED A'])
  expect(await idsOf(file(process('A') + process('B', false)))).toEqual(['A'])
  expect(await idsOf(file(process('A') + process('B', true)))).toEqual(['B'])
})

test('an empty process beside others is the pool of a partner', async () => {
  expect(await idsOf(file(process('A') + process('B', undefined, '')))).toEqual(['A'])
})

test('a file without anything to run is refused', async () => {
  expect(await errorsOf(file(process('A', false)))).toEqual(['NO_EXECUTABLE_PROCESS A'])
  expect(await errorsOf(file('<bpmn:message id="m" name="m" />'))).toEqual(['NO_EXECUTABLE_PROCESS'])
})

test('the refusal of a process that is not executable says which one it is and what to do', async () => {
  const [one] = await findingsOf(file(process('A', false)))
  expect(one?.message).toBe(
    'expected a process that is marked as executable (isExecutable="true"), got only process "A", which is not: mark the one to run as executable in the modeler and save the file again',
  )
  const [several] = await findingsOf(file(process('A', false) + process('B', false)))
  expect(several?.message).toContain('got 2 that are not: mark the one to run')
})

test('a process needs an id and flow nodes', async () => {
  expect(
    await errorsOf(file('<bpmn:process isExecutable="true"><bpmn:task id="a" /></bpmn:process>')),
  ).toEqual(['MISSING_ID D'])
  expect(await errorsOf(file(process('A', true, '')))).toEqual(['EMPTY_PROCESS A'])
})

test('name and version tag come along', async () => {
  const content = `${extension('<zeebe:versionTag value="1.2" />')}<bpmn:task id="a" />`
  const xml = file(`<bpmn:process id="A" name="Order" isExecutable="true">${content}</bpmn:process>`)
  expect((await programsOf(xml))[0]).toMatchObject({
    format: 2,
    processId: 'A',
    name: 'Order',
    versionTag: '1.2',
  })
})
