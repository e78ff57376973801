/** Servers that settings name: each is a small one of the test, which calls must be allowed to reach. */
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type ApplicationTest, startApplicationTest } from '../../server/src/application-test.ts'
import { startElasticsearchServer } from '../../tests/support/elasticsearch-server.ts'
import { startHttpServer } from '../../tests/support/http-server.ts'
import { openAiKey, startOpenAiServer } from '../../tests/support/openai-server.ts'

async function startBraid(settings: Readonly<Record<string, string>>): Promise<ApplicationTest> {
  return startApplicationTest({
    applicationsDir: dirname(import.meta.dirname),
    settings: { BRAID_ALLOW_PRIVATE_EGRESS: '127.0.0.1', ...settings },
  })
}

const index = async (braid: ApplicationTest, input = {}): Promise<unknown> =>
  (await (await braid.startRun('documents/index', input)).end()).output
const search = async (braid: ApplicationTest, body: object): Promise<unknown> => {
  const params = { application: 'documents', endpoint: 'search' }
  const { results } = (await braid.client.callEndpoint({ params, body: body as never })) as {
    results: unknown
  }
  return results
}

test('vectors come from an OpenAI-compatible server, with a key that nobody is shown', async () => {
  const server = await startOpenAiServer(() => '')
  onTestFinished(server.stop)
  const braid = await startBraid({
    BRAID_APP_DOCUMENTS_BASE_URL: `${server.url}/v1`,
    BRAID_APP_DOCUMENTS_API_KEY: openAiKey,
    BRAID_APP_DOCUMENTS_EMBEDDING_MODEL: 'letters',
  })
  onTestFinished(() => braid.stop())
  const texts = [
    { title: 'Zebra', text: 'Zzz zebra zoo' },
    { title: 'Again', text: 'Zzz zebra zoo' },
    { title: 'Apple', text: 'A banana and an ananas' },
  ]
  expect(await index(braid, { texts })).toMatchObject({ indexed: 3, chunks: 3, failed: 0 })
  const asked = server.requests.map(({ path, body }) => [path, JSON.parse(body)] as const)
  expect(asked.every(([path, { model }]) => path === '/v1/embeddings' && model === 'letters')).toBe(true)
  // No word in common: only the letters are close.
  expect(await search(braid, { query: 'zzzz', k: 3 })).toMatchObject([{}, {}, { title: 'Apple' }])
  expect(await index(braid, { texts })).toMatchObject({ unchanged: 3 })
  expect(
    JSON.stringify(await braid.client.getApplication({ params: { application: 'documents' } })),
  ).not.toContain(openAiKey)
})

describe('with Elasticsearch', () => {
  let braid: ApplicationTest
  let elasticsearch: Awaited<ReturnType<typeof startElasticsearchServer>>
  beforeAll(async () => {
    elasticsearch = await startElasticsearchServer()
    braid = await startBraid({ BRAID_APP_DOCUMENTS_ELASTICSEARCH_URL: elasticsearch.url })
  })
  afterAll(async () => {
    await braid?.stop()
    await elasticsearch?.stop()
  })

  test('what was put into it is found, and is there once', async () => {
    const { chunks } = (await index(braid)) as { chunks: number }
    expect(elasticsearch.documents.size).toBe(chunks)
    const query = 'What does a ticket for children cost?'
    expect(await search(braid, { query, k: 1 })).toMatchObject([{ source: 'opening-hours.md' }])
    expect(await search(braid, { query, collection: 'nothing' })).toEqual([])
    await index(braid, { texts: [{ title: 'a', text: 'Some text about gulls. '.repeat(100) }] })
    const before = elasticsearch.documents.size
    await index(braid, { texts: [{ title: 'a', text: 'Gulls.' }] })
    expect(elasticsearch.documents.size).toBeLessThan(before)
    expect(elasticsearch.documents.size).toBe(chunks + 1)
  })

  test('pages are read as their server says they are, and what is none is refused', async () => {
    const server = await startHttpServer(({ path }) => {
      if (path === '/page') {
        const body = '<title>Puffins</title><p>Puffins nest on the eastern cliff.'
        return { contentType: 'text/html; charset=utf-8', body }
      }
      if (path === '/data') return { body: {} }
      return { status: 404, contentType: 'text/plain', body: 'nothing' }
    })
    const pages = ['page', 'data', 'gone'].map((path) => `${server.url}/${path}`)
    const counts = await index(braid, { pages, collection: 'web' })
    await server.stop()
    expect(counts).toMatchObject({ documents: 3, indexed: 1, refused: 2 })
    expect(await search(braid, { query: 'puffins', collection: 'web' })).toMatchObject([
      { title: 'Puffins', source: pages[0] },
    ])
  })
})
