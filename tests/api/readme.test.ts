/** What the README promises to programs, done exactly as it is written there. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Camunda8 } from '@camunda8/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'

type Client = ReturnType<Camunda8['getOrchestrationClusterApiClientLoose']>

const root = fileURLToPath(new URL('../../', import.meta.url))

let server: TestServer
let readme: string
beforeAll(async () => {
  server = await createTestServer()
  readme = await readFile(join(root, 'README.md'), 'utf8')
})
afterAll(() => server?.stop())

/** Runs the snippet with this server's address and key in the places of those that it shows. */
async function clientOfSnippet(): Promise<Client> {
  const [, snippet = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? []
  expect(snippet).toContain("'http://localhost:8080'")
  expect(snippet).toContain("'braid_…'")
  const filled = snippet.replace('http://localhost:8080', server.url).replace('braid_…', server.apiKey)
  // Below the folder from which it finds its package.
  const folder = await mkdtemp(join(root, 'node_modules', '.readme-'))
  try {
    const file = join(folder, 'snippet.mjs')
    await writeFile(file, `${filled}\nexport { braid }\n`)
    const { braid } = (await import(pathToFileURL(file).href)) as { readonly braid: Client }
    return braid
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe('the README', () => {
  test('shows how a client of Camunda 8 is connected', async () => {
    const braid = await clientOfSnippet()
    expect(await braid.getTopology()).toMatchObject({
      clusterSize: 1,
      brokers: [{ port: Number(new URL(server.url).port) }],
    })
    await braid.deployResourcesFromFiles([fileURLToPath(new URL('./fixtures/echo.bpmn', import.meta.url))])
    const result = await braid.createProcessInstance({
      processDefinitionId: 'echo',
      variables: { text: 'hello' },
      awaitCompletion: true,
    })
    expect(result).toMatchObject({ processDefinitionId: 'echo', variables: { text: 'hello' } })
  })

  test('says where the API and its description are', async () => {
    const [, address = ''] = /described by `([^`]+)`/.exec(readme) ?? []
    const headers = { authorization: `Bearer ${server.apiKey}` }
    const response = await fetch(`${server.url}${address}`, { headers })
    expect(await response.json()).toMatchObject({ openapi: '3.1.1', servers: [{ url: '/api/v1' }] })
  })
})
