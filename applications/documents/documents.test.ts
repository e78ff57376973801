/** The application on a node of its own: the sample files and the local embedding, then what settings bring. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ApplicationTest, startApplicationTest } from '../../server/src/application-test.ts'
import { startHttpServer } from '../../tests/support/http-server.ts'

const applicationsDir = dirname(import.meta.dirname)

type Result = {
  readonly title: string
  readonly source: string
  readonly text: string
  readonly score: number
}
type Counts = Readonly<
  Record<'documents' | 'indexed' | 'unchanged' | 'refused' | 'failed' | 'chunks', number>
>

const callsOf = (braid: ApplicationTest) => ({
  index: async (input: Parameters<ApplicationTest['startRun']>[1] = {}): Promise<Counts> => {
    const run = await braid.startRun('documents/index', input)
    return (await run.end()).output as Counts
  },
  search: async (body: { query: string; k?: number; collection?: string }): Promise<readonly Result[]> => {
    const params = { application: 'documents', endpoint: 'search' }
    const { results } = (await braid.client.callEndpoint({ params, body })) as { results: Result[] }
    return results
  },
})

describe('without any setting', () => {
  let braid: ApplicationTest
  let calls: ReturnType<typeof callsOf>
  beforeAll(async () => {
    braid = await startApplicationTest({ applicationsDir })
    calls = callsOf(braid)
  })
  afterAll(() => braid?.stop())

  test('a run without input indexes the sample files, and the next one finds nothing new', async () => {
    const first = await calls.index()
    expect(first).toMatchObject({ collection: 'library', documents: 5, indexed: 5, refused: 0, failed: 0 })
    expect(await calls.index()).toEqual({ ...first, indexed: 0, unchanged: 5, chunks: 0 })
    const params = { application: 'documents', model: 'document' }
    const { items } = await braid.client.searchRecords({ params })
    expect(items.map(({ label }) => label).toSorted()).toEqual([
      'History of the lighthouse',
      'Opening hours and tickets',
      'The engine house',
      'Visiting',
      'keepers.txt',
    ])
    expect(items.every(({ data }) => data.state === 'indexed' && Number(data.chunks) > 0)).toBe(true)
  })

  test.each([
    ['Who brought the people of the schooner ashore?', 'keepers.txt', 'Marie Falk'],
    ['What does a ticket for children cost?', 'opening-hours.md', '4 euros'],
    ['weight of the Fresnel lens', 'history.html', '2.4 tonnes'],
    ['When is the foghorn sounded?', 'engine-house.md', 'first Saturday of June'],
    ['May I bring my dog into the tower?', 'visiting.md', 'Dogs'],
  ])('%s', async (query, source, words) => {
    const [best] = await calls.search({ query })
    expect(best?.source).toBe(source)
    expect(best?.text).toContain(words)
  })

  test('texts of a run are found in their collection, and no more when they are removed', async () => {
    const text = 'The harpsichord was tuned by Wilhelmina.'
    const texts = [{ title: 'Harpsichord', text }]
    expect(await calls.index({ collection: 'notes', texts })).toMatchObject({ documents: 1, chunks: 1 })
    const query = 'Who tuned the harpsichord?'
    const [found, ...others] = await calls.search({ query, collection: 'notes' })
    expect(found).toMatchObject({ title: 'Harpsichord', text, source: 'Harpsichord' })
    expect(others).toEqual([])
    expect(await calls.search({ query, k: 1, collection: 'library' })).toMatchObject([
      { collection: 'library' },
    ])
    const params = { application: 'documents', endpoint: 'remove' }
    const body = { document: (found as unknown as { document: string }).document }
    expect(await braid.client.callEndpoint({ params, body })).toEqual({ removed: true })
    expect(await braid.client.callEndpoint({ params, body })).toEqual({ removed: false })
    expect(await calls.search({ query, collection: 'notes' })).toEqual([])
  })

  test('a text that changed replaces what was found of it, and shorter leaves nothing behind', async () => {
    const sentences = Array.from(
      { length: 60 },
      (_, index) => `Line ${index} of the long almanac is about tides.`,
    )
    const collection = 'almanac'
    const run = (text: string) => calls.index({ collection, texts: [{ title: 'Almanac', text }] })
    expect((await run(sentences.join(' '))).chunks).toBeGreaterThan(2)
    expect(await run('The short almanac is about comets.')).toMatchObject({ indexed: 1, chunks: 1 })
    expect(await calls.search({ query: 'almanac', collection, k: 20 })).toMatchObject([
      { text: 'The short almanac is about comets.' },
    ])
    expect((await run(sentences.join(' '))).chunks).toBeGreaterThan(2)
  })

  test('bad input is refused with what was expected', async () => {
    await expect(calls.search({ query: ' ' })).rejects.toThrow(/query/)
    const body = { dagId: 'documents/index', input: { collection: 'Not Good' } }
    await expect(braid.client.startDagRun({ body })).rejects.toThrow(/input\.collection/)
  })

  test('a server on a private address is not called: the document fails after its retries, the others go on', async () => {
    const server = await startHttpServer(() => ({ contentType: 'text/plain', body: 'Private.' }))
    const texts = [{ title: 'Public', text: 'Cormorants dry their wings.' }]
    const input = { pages: [server.url], texts, collection: 'mixed' }
    const run = await braid.startRun('documents/index', input)
    await braid.advance('PT1H')
    const { output } = await run.end()
    await server.stop()
    expect(output).toMatchObject({ documents: 2, indexed: 1, failed: 1 })
    expect(server.requests).toEqual([])
    expect(await calls.search({ query: 'cormorants', collection: 'mixed' })).toMatchObject([
      { title: 'Public' },
    ])
  })

  test('a path that leads out of the folder fails the run, and says so', async () => {
    const run = await braid.startRun('documents/index', { path: '../..' })
    await braid.advance('PT1H')
    await expect(run.end()).rejects.toThrow(/inside of the folder that may be read/)
  })
})

describe('with settings', () => {
  const cleanUp: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step()
  })

  test('a file that can not be read is refused, and the others are indexed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'braid-documents-'))
    cleanUp.push(() => rm(folder, { recursive: true, force: true }))
    await writeFile(join(folder, 'good.txt'), 'The vault opens at dawn.')
    await writeFile(join(folder, 'latin.txt'), Buffer.from('Gr\u00fc\u00dfe', 'latin1'))
    await writeFile(join(folder, 'large.txt'), 'x'.repeat(2_001))
    const braid = await startApplicationTest({
      applicationsDir,
      settings: { BRAID_APP_DOCUMENTS_FOLDER: folder, BRAID_APP_DOCUMENTS_MAX_BYTES: '2000' },
    })
    cleanUp.push(() => braid.stop())
    const { index, search } = callsOf(braid)
    expect(await index()).toMatchObject({ documents: 3, indexed: 1, refused: 2, failed: 0 })
    expect(await search({ query: 'vault' })).toMatchObject([{ source: 'good.txt' }])
    const params = { application: 'documents', model: 'document' }
    const { items } = await braid.client.searchRecords({
      params,
      body: { filter: { data: { state: 'refused' } } },
    })
    const reasons = items.map(({ data: { source, reason } }) => [source, reason]).toSorted()
    expect(reasons).toEqual([
      ['large.txt', 'larger than 2000 bytes'],
      ['latin.txt', expect.stringContaining('not valid')],
    ])
  })
})
