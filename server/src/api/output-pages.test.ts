import type { Key } from '@braid/core/base/key.ts'
import { expect, test } from 'vitest'
import type { OutputPage, OutputQuery, StoredOutput } from '../store/task-output-port.ts'
import { createOutputPages, type FramesPage } from './output-pages.ts'
import { createWakeups } from './wakeups.ts'

const key = 7 as Key
const entry = (sequence: number, message: string): StoredOutput => ({
  ...{ sequence, instanceKey: key, taskKey: key, element: 'script', attempt: 1, at: 1 },
  entry: { kind: 'stdout', message },
})
const framed = ({ entry: said }: StoredOutput): string => ('message' in said ? `<${said.message}>` : '')
const textOf = async (page: Promise<FramesPage>): Promise<string> =>
  Buffer.concat([...(await page).frames]).toString()

/** Reads end when the test says so. */
function setUp() {
  const queries: OutputQuery[] = []
  const answers: PromiseWithResolvers<OutputPage>[] = []
  let wake: (instanceKey: Key | undefined) => void = () => undefined
  const wakeups = createWakeups((listener) => {
    wake = listener
    return () => undefined
  })
  const readOutput = (query: OutputQuery): Promise<OutputPage> => {
    queries.push(query)
    const answer = Promise.withResolvers<OutputPage>()
    answers.push(answer)
    return answer.promise
  }
  const pages = createOutputPages({ readOutput }, wakeups, framed)
  return {
    pages,
    queries,
    wake: () => wake(key),
    answer: (index: number, text: string, more = false) =>
      answers[index]?.resolve({ entries: text === '' ? [] : [entry(index + 1, text)], more }),
    fail: (index: number) => answers[index]?.reject(new Error('no connection')),
  }
}

test('followers at the same place share a page that is being read', async () => {
  const { pages, queries, answer } = setUp()
  const [one, other] = [pages.follow(key), pages.follow(key)]
  const read = [one.page(0, false), other.page(0, false)]
  answer(0, 'a')
  expect(await Promise.all(read.map(textOf))).toEqual(['<a>', '<a>'])
  expect(await read[0]).toBe(await read[1])
  expect(queries.map(({ after }) => after)).toEqual([0])
  expect(queries[0]?.maxBytes).toBeLessThanOrEqual(256 * 1024)
})

test('who was woken gets no page that was asked for before, nor one that was read before', async () => {
  const { pages, queries, answer, wake } = setUp()
  const [one, other] = [pages.follow(key), pages.follow(key)]
  const early = one.page(0, false)
  wake()
  const late = other.page(0, false)
  answer(0, '')
  answer(1, 'new')
  expect(await Promise.all([early, late].map(textOf))).toEqual(['', '<new>'])
  const again = one.page(0, false)
  answer(2, 'newer')
  expect(await textOf(again)).toBe('<newer>')
  expect(queries.length).toBe(3)
})

test('who knows that the run is over gets no page that was asked for while it ran', async () => {
  const { pages, queries, answer } = setUp()
  const [one, other] = [pages.follow(key), pages.follow(key)]
  const before = one.page(0, false)
  const after = other.page(0, true)
  answer(0, 'a')
  answer(1, 'ab')
  expect(await Promise.all([before, after].map(textOf))).toEqual(['<a>', '<ab>'])
  expect(queries.length).toBe(2)
})

test('full pages are kept for who is a little behind, few of them, and none for a follower alone', async () => {
  const { pages, queries, answer, wake } = setUp()
  const one = pages.follow(key)
  const readAll = async (follower: typeof one) => {
    for (let after = 0; after < 5; after += 1) {
      const page = follower.page(after, false)
      answer(queries.length - 1, `${after}`, true)
      expect(await textOf(page)).toMatch(/^<\d>$/)
    }
  }
  await readAll(one)
  await readAll(one)
  expect(queries.length).toBe(10)
  const other = pages.follow(key)
  await readAll(one)
  wake()
  expect(await Promise.all([other.page(3, false), other.page(4, false)].map(textOf))).toEqual(['<3>', '<4>'])
  expect(queries.length).toBe(15)
  other.page(2, false)
  expect(queries.length).toBe(16)
  one.leave()
  other.leave()
  pages.follow(key).page(4, false)
  expect(queries.length).toBe(17)
})

test('a page that could not be read is read again', async () => {
  const { pages, answer, fail } = setUp()
  const [one, other] = [pages.follow(key), pages.follow(key)]
  const failed = [one.page(0, false), other.page(0, false)]
  fail(0)
  expect((await Promise.allSettled(failed)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const again = one.page(0, false)
  answer(1, 'a')
  expect(await textOf(again)).toBe('<a>')
})
