/**
 * A thousand files are indexed by a Braid process that is killed in the middle. The next one goes on: all documents are
 * found, no chunk is there twice.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { createApi } from '../support/api.ts'
import { createTestDatabase } from '../support/database.ts'
import { apiKey, type BraidProcess, freePort, startBraid } from './braid-process.ts'

const documents = 1_000
const patienceMs = 240_000
const applications = fileURLToPath(new URL('../../applications', import.meta.url))

/** Answers that stand in one file each. */
const planted = [
  { number: 17, answer: 'The spare key of the observatory hangs behind the portrait of Tycho Brahe.' },
  { number: 404, answer: 'Expedition Halvorsen reached the northern cairn on the 9th of May 1911.' },
  { number: 731, answer: 'Recipe 88 asks for cardamom, quince and two spoons of buckwheat honey.' },
  {
    number: 998,
    answer: 'The archive closes its reading room whenever the river rises above 340 centimetres.',
  },
]
const questions = [
  { query: 'Where does the spare key of the observatory hang?', number: 17 },
  { query: 'When did the Halvorsen expedition reach the northern cairn?', number: 404 },
  { query: 'Which recipe asks for quince and buckwheat honey?', number: 731 },
  { query: 'When is the reading room of the archive closed?', number: 998 },
]

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

const fileOf = (number: number): string => `part-${number % 10}/report-${String(number).padStart(4, '0')}.txt`

async function writeFiles(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'braid-library-'))
  cleanUp.push(() => rm(folder, { recursive: true, force: true }))
  for (let part = 0; part < 10; part += 1) await mkdir(join(folder, `part-${part}`))
  for (let number = 0; number < documents; number += 1) {
    const answer = planted.find((one) => one.number === number)?.answer ?? ''
    const paragraphs = ['morning', 'noon', 'evening', 'night'].map((time, index) =>
      [
        `Report ${number}, ${time}. Station ${(number * 7 + index) % 89} measured ${(number * 31 + index * 17) % 977} units`,
        `of wind and ${(number * 13 + index) % 61} of rain. The crew of shift ${number}-${index} found nothing else to`,
        `write down, and the instruments were wiped, oiled and put back into case ${number * 4 + index}.`,
        index === 2 ? answer : '',
      ].join(' '),
    )
    await writeFile(join(folder, fileOf(number)), paragraphs.join('\n\n'))
  }
  return folder
}

type Status = {
  state: string
  progress: number
  output?: unknown
  nodes: { nodeId: string; counts: { succeeded: number } }[]
}

test(`${documents} files are indexed once each although the server is killed in the middle`, async () => {
  const [folder, database] = await Promise.all([writeFiles(), createTestDatabase()])
  cleanUp.push(() => database.drop())
  const settings = {
    BRAID_DATABASE_URL: database.url,
    BRAID_SEED: 'none',
    BRAID_LOG_LEVEL: 'error',
    BRAID_APPLICATIONS_DIR: applications,
    BRAID_APP_DOCUMENTS_FOLDER: folder,
    BRAID_APP_DOCUMENTS_CHUNK_SIZE: '300',
    BRAID_APP_DOCUMENTS_CHUNK_OVERLAP: '60',
  }
  const start = async (): Promise<BraidProcess> => {
    const node = await startBraid({ port: await freePort(), settings })
    cleanUp.push(() => node.stop())
    return node
  }
  const sql = new pg.Client({ connectionString: database.url })
  await sql.connect()
  cleanUp.push(() => sql.end())
  const count = async (text: string): Promise<number> =>
    Number((await sql.query<{ count: string }>(`select count(*) as count from ${text}`)).rows[0]?.count)

  const first = await start()
  const { body } = await createApi({ url: first.url, apiKey }, '/api/v1').post('/dag-runs', {
    dagId: 'documents/index',
    input: { collection: 'reports' },
  })
  const begun = performance.now()
  /** Looks at the run until it holds; gives the progress that was seen. */
  const watch = async (node: BraidProcess, holds: (status: Status) => Promise<boolean>) => {
    const api = createApi({ url: node.url, apiKey }, '/api/v1')
    const seen = { progress: new Set<number>(), indexed: new Set<number>() }
    for (;;) {
      const status = (await api.get(`/dag-runs/${body.dagRunKey}`)).body as unknown as Status
      seen.progress.add(status.progress)
      seen.indexed.add(status.nodes.find(({ nodeId }) => nodeId === 'indexed')?.counts.succeeded ?? 0)
      if (await holds(status)) return { seen, status }
      if (performance.now() - begun > patienceMs) throw new Error(`no end: ${JSON.stringify(status)}`)
      await sleep(100)
    }
  }
  const published = () => count('app_documents.document where indexed is not null')
  const before = await watch(first, async () => (await published()) >= documents / 4)
  await first.kill()
  const killedAt = await published()
  const second = await start()
  const { seen, status } = await watch(second, async ({ state }) => state !== 'RUNNING' && state !== 'QUEUED')
  console.log(
    `killed at ${killedAt} of ${documents} documents; all after ${Math.round(performance.now() - begun)} ms;`,
    `progress seen ${before.seen.progress.size + seen.progress.size} times`,
  )

  expect(killedAt).toBeLessThan(documents)
  expect(status.state).toBe('SUCCEEDED')
  const chunks = await count('app_documents.chunk')
  expect(status.output).toMatchObject({ documents, indexed: documents, refused: 0, failed: 0, chunks })
  expect(await published()).toBe(documents)
  expect(await count('app_documents.document')).toBe(documents)
  expect(await count('(select distinct document, position from app_documents.chunk) c')).toBe(chunks)
  // No text is like another, so a chunk that was indexed twice would be seen wherever it went.
  expect(await count('(select distinct text from app_documents.chunk) c')).toBe(chunks)
  expect(
    await count(
      'app_documents.document d where chunks <> (select count(*) from app_documents.chunk where document = d.id)',
    ),
  ).toBe(0)
  expect(await count('app_documents.draft')).toBe(0)
  for (const { progress, indexed } of [before.seen, seen]) {
    expect([...progress].some((value) => value > 0 && value < 1)).toBe(true)
    expect(indexed.size).toBeGreaterThan(2)
  }
  const api = createApi({ url: second.url, apiKey }, '/api/v1')
  for (const { query, number } of questions) {
    const answer = await api.post('/applications/documents/endpoints/search', {
      query,
      collection: 'reports',
      k: 3,
    })
    const [best] = answer.body.results as { readonly source: string; readonly text: string }[]
    expect(best?.source).toBe(fileOf(number))
    expect(best?.text).toContain(planted.find((one) => one.number === number)?.answer)
  }
}, 300_000)
