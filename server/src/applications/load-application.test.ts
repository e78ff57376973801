import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApplicationsFolder, createApplicationsFolder } from '../../../tests/support/applications.ts'
import { createSystemClock } from '../execution/clock.ts'
import { isBraids } from '../stray-error.ts'
import { loadApplication } from './load-application.ts'

let folder: ApplicationsFolder
beforeAll(async () => {
  folder = await createApplicationsFolder()
})
afterAll(() => folder.drop())

test('an import that never ends is given up', async () => {
  await folder.write('hanging/application.ts', 'await new Promise(() => {})\nexport const application = {}\n')
  const loaded = await loadApplication(join(folder.path, 'hanging'), 'hanging', createSystemClock(), 50)
  expect(loaded).toMatchObject({
    ok: false,
    error: {
      message: expect.stringMatching(/^expected its import to end within 0.05 s/),
      place: 'hanging/application.ts',
    },
  })
})

test('an error that nobody took is that of the application in its stack', async () => {
  const thrown = (error: Error): boolean => isBraids(error, folder.path)
  const own = new Error('own')
  own.stack = `Error: own\n    at run (${new URL('../execution/clock.ts', import.meta.url).pathname}:1:1)`
  expect(thrown(own)).toBe(true)
  own.stack += `\n    at handler (file://${folder.path}/shop/application.ts?braid-loading=1:3:9)`
  expect(thrown(own)).toBe(false)
  expect(isBraids('no error', folder.path)).toBe(false)
})
