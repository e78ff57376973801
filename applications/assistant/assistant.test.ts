/** The application on a node of its own, beside `documents`: with the local models, then with a server of the test. */
import { dirname } from 'node:path'
import { inflateSync } from 'node:zlib'
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ApplicationTest, startApplicationTest } from '../../server/src/application-test.ts'
import { onePixelPng, openAiKey, startOpenAiServer } from '../../tests/support/openai-server.ts'

const applicationsDir = dirname(import.meta.dirname)

type Answer = { answer: string; sources: { number: number; source: string; used: boolean }[] }

const call = (braid: ApplicationTest, endpoint: string, body: JsonValue): Promise<unknown> =>
  braid.client.callEndpoint({ params: { application: 'assistant', endpoint }, body })
const run = async (braid: ApplicationTest, dag: string, input: JsonObject): Promise<unknown> =>
  (await (await braid.startRun(dag, input)).end()).output
const imagesOf = async (braid: ApplicationTest) =>
  (await braid.client.searchRecords({ params: { application: 'assistant', model: 'image' } })).items

describe('without any setting', () => {
  let braid: ApplicationTest
  beforeAll(async () => {
    braid = await startApplicationTest({ applicationsDir })
  })
  afterAll(() => braid?.stop())

  test('says so when nothing is indexed', async () => {
    const question = 'What does a ticket for children cost?'
    expect(await call(braid, 'answer', { question })).toMatchObject({ sources: [] })
  })

  test.each([
    ['What does a ticket for children cost?', '4 euros for children', 'opening-hours.md'],
    ['Who rowed out to the schooner Aurora?', 'rowed out to the schooner', 'keepers.txt'],
    ['How many steps does the tower have?', '198 steps', 'history.html'],
  ])('%s', async (question, words, source) => {
    await run(braid, 'documents/index', {})
    const { answer, sources } = (await call(braid, 'answer', { question })) as Answer
    expect(answer).toContain(words)
    const named = sources.find((one) => one.source === source)
    expect(named?.used).toBe(true)
    expect(answer).toContain(`[${named?.number}]`)
  })

  test('finds no answer to what stands nowhere', async () => {
    const { answer } = (await call(braid, 'answer', { question: 'Quantum chromodynamics?' })) as Answer
    expect(answer).toBe('I found no answer in the sources.')
  })

  test('many prompts are answered in their order', async () => {
    const prompts = Array.from({ length: 30 }, (_, number) => `Number ${number}. And more.`)
    expect(await run(braid, 'assistant/batch', { prompts })).toEqual({
      answers: prompts.map((prompt, number) => ({ prompt, text: `Number ${number}.` })),
    })
  })

  test('an image of the same prompt is the same, of another one another', async () => {
    const made = (await call(braid, 'image', { prompt: 'a lighthouse' })) as { image: string; png: string }
    const png = Buffer.from(made.png, 'base64')
    expect(png.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([128, 128])
    const data = png.indexOf('IDAT')
    const pixels = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)))
    expect(pixels).toHaveLength(128 * (1 + 128 * 3))
    await run(braid, 'assistant/image', { prompt: 'a lighthouse' })
    await run(braid, 'assistant/image', { prompt: 'a lightship' })
    const images = await imagesOf(braid)
    expect(images.map(({ label }) => label).toSorted()).toEqual([
      'a lighthouse',
      'a lighthouse',
      'a lightship',
    ])
    expect(new Set(images.map(({ data: { png } }) => png)).size).toBe(2)
    expect(images.find(({ id }) => id === made.image)?.data).toMatchObject({ png: made.png })
  })
})

describe('with an OpenAI-compatible server', () => {
  const cleanUp: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step()
  })

  test('answers, batches and images come from there', async () => {
    let failures = 1
    const server = await startOpenAiServer((texts) => {
      if (failures-- > 0) throw new Error('overloaded')
      return `Says the model to ${texts.length}: see [2].`
    })
    cleanUp.push(server.stop)
    const braid = await startApplicationTest({
      applicationsDir,
      settings: {
        BRAID_ALLOW_PRIVATE_EGRESS: '127.0.0.1',
        BRAID_APP_ASSISTANT_BASE_URL: `${server.url}/v1`,
        BRAID_APP_ASSISTANT_API_KEY: openAiKey,
        BRAID_APP_ASSISTANT_LANGUAGE_MODEL: 'talker',
        BRAID_APP_ASSISTANT_IMAGE_MODEL: 'painter',
      },
    })
    cleanUp.push(() => braid.stop())
    await run(braid, 'documents/index', {})
    const asked = () => server.requests.map(({ path, body }) => [path, JSON.parse(body).model])

    const batch = await braid.startRun('assistant/batch', { prompts: ['one', 'two'], system: 'Be short.' })
    // The first call fails, and is made again when its time has come.
    await braid.advance('PT1M')
    const text = 'Says the model to 2: see [2].'
    expect((await batch.end()).output).toMatchObject({ answers: [{ text }, { text }] })
    expect(asked()).toEqual(Array(3).fill(['/v1/chat/completions', 'talker']))
    await run(braid, 'assistant/batch', { prompts: ['two', 'one'], system: 'Be short.' })
    expect(asked()).toHaveLength(3)

    const { answer, sources } = (await call(braid, 'answer', { question: 'When is it open?' })) as Answer
    expect(answer).toBe(text)
    expect(sources.filter(({ used }) => used).map(({ number }) => number)).toEqual([2])
    expect(server.requests.at(-1)?.body).toContain('Question: When is it open?')

    expect(await call(braid, 'image', { prompt: 'a pixel' })).toMatchObject({ png: onePixelPng })
    expect(asked().at(-1)).toEqual(['/v1/images/generations', 'painter'])
    expect(await imagesOf(braid)).toMatchObject([{ data: { png: onePixelPng, prompt: 'a pixel' } }])
  })
})
