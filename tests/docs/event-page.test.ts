import { readFile, writeFile } from 'node:fs/promises'
import { processEvent, processEventChapters } from '@braid/contract/event.ts'
import { expect, test } from 'vitest'
import { eventPage } from './event-page.ts'

const page = new URL('../../docs/events.md', import.meta.url)

test('the page of events says what the contract says', async () => {
  if (process.env.UPDATE_DOCS === '1') await writeFile(page, eventPage())
  expect(await readFile(page, 'utf8')).toBe(eventPage())
})

test('the chapters hold every event once', () => {
  const typeOf = (event: (typeof processEvent)['options'][number]) => event.shape.type.value
  const listed = Object.values(processEventChapters).flatMap((events) => events.map(typeOf))
  expect(listed.toSorted()).toEqual(processEvent.options.map(typeOf).toSorted())
  expect(new Set(listed).size).toBe(listed.length)
})
