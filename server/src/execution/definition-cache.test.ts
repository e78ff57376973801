import type { Key } from '@braid/core/base/key.ts'
import { compileBpmn } from '@braid/core/definition/bpmn/compile.ts'
import { expect, test } from 'vitest'
import { programOf } from '../../../tests/support/program.ts'
import type { OutdatedDefinition, StoredDefinition } from '../store/port.ts'
import { createDefinitionCache } from './definition-cache.ts'

const key = 7 as Key
const common = { key, processId: 'order', version: 3, deploymentKey: 6 as Key }
const definitions = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org"'
const source = `<definitions id="D" ${definitions}>
  <process id="other" isExecutable="true"><task id="a" /></process>
  <process id="order" isExecutable="true"><startEvent id="begin" /></process>
</definitions>`

/** A store with one definition, and how often it and the compiler were asked. */
function cacheOf(stored: StoredDefinition | OutdatedDefinition) {
  const asked = { store: 0, compiler: 0 }
  const store = {
    loadDefinition: async (wanted: Key) => {
      asked.store += 1
      return wanted === key ? stored : undefined
    },
  }
  const cache = createDefinitionCache(store, (xml) => {
    asked.compiler += 1
    return compileBpmn(xml)
  })
  return { cache, asked }
}

test('a definition is read and linked once', async () => {
  const program = programOf('order')
  const { cache, asked } = cacheOf({ ...common, program })
  expect(cache.peek(key)).toBeUndefined()
  const loaded = await cache.load(key)
  expect(loaded).toMatchObject({ ...common, program })
  expect(loaded?.graph.root.id).toBe('order')
  expect(await cache.load(key)).toBe(loaded)
  expect(cache.peek(key)).toBe(loaded)
  expect(asked).toEqual({ store: 1, compiler: 0 })
  expect(await cache.load(8 as Key)).toBeUndefined()
})

test('one of an older format is compiled anew from its source, once', async () => {
  const { cache, asked } = cacheOf({ ...common, source })
  const loaded = await cache.load(key)
  expect(loaded).toMatchObject({ ...common, program: { format: 2, processId: 'order' } })
  expect([...(loaded?.graph.nodes.keys() ?? [])]).toEqual(['order', 'begin'])
  expect(loaded).not.toHaveProperty('source')
  expect(await cache.load(key)).toBe(loaded)
  expect(asked).toEqual({ store: 1, compiler: 1 })
})

test('a source that does not compile any more is told with its reason', async () => {
  const broken = source.replace('<startEvent id="begin" />', '')
  await expect(cacheOf({ ...common, source: broken }).cache.load(key)).rejects.toThrow(
    /process definition 7 \(order\) can't be compiled anew: expected process "order" to have flow nodes/,
  )
  const renamed = source.replace('"order"', '"renamed"')
  await expect(cacheOf({ ...common, source: renamed }).cache.load(key)).rejects.toThrow('is not in its file')
})
