import type { Run } from '../run.ts'
import { type ContextValue, contextOf, entryOf, isContext, typeOf, type Value } from '../values.ts'
import type { BuiltIns } from './signature.ts'
import { any, context, list, takes, text } from './signature.ts'

/** The entries of a context, paid for. */
function entriesOf(run: Run, value: ContextValue): readonly (readonly [string, Value])[] {
  const entries = Object.entries(value)
  return run.spend(entries.length) ? entries : []
}

function getPath(run: Run, value: Value, keys: readonly Value[]): Value {
  let at: Value = value
  for (const key of keys) {
    if (typeof key !== 'string') return run.warn(`A key is a string, not a ${typeOf(key)}`)
    if (!isContext(at)) return null
    at = entryOf(at, key) ?? null
  }
  return at
}

/** Keys nest as deep as JSON from outside may; deeper paths are refused. */
const keysLimit = 64

function putPath(run: Run, target: ContextValue, keys: readonly Value[], value: Value, depth = 0): Value {
  const key = keys[depth]
  if (typeof key !== 'string' || keys.length > keysLimit) return null
  if (depth === keys.length - 1) return contextOf([...entriesOf(run, target), [key, value]])
  const old = entryOf(target, key) ?? contextOf([])
  const inner = isContext(old) ? putPath(run, old, keys, value, depth + 1) : null
  if (inner === null) return null
  return contextOf([...entriesOf(run, target), [key, inner]])
}

function fromEntries(run: Run, entries: readonly Value[]): Value {
  const built: [string, Value][] = []
  const keys = new Set<string>()
  for (const entry of entries) {
    if (!run.spend(1) || !isContext(entry)) return null
    const key = entryOf(entry, 'key')
    const value = entryOf(entry, 'value')
    if (typeof key !== 'string' || value === undefined || keys.has(key)) return null
    keys.add(key)
    built.push([key, value])
  }
  return contextOf(built)
}

function merge(run: Run, contexts: readonly Value[]): Value {
  const built: (readonly [string, Value])[] = []
  for (const item of contexts) {
    if (!isContext(item)) return null
    built.push(...entriesOf(run, item))
    if (!run.spend(1)) return null
  }
  return contextOf(built)
}

export const contextFunctions: BuiltIns = {
  'get value': [
    takes([context('m'), text('key')], (_run, value, key) => entryOf(value, key) ?? null),
    takes([context('context'), text('key')], (_run, value, key) => entryOf(value, key) ?? null),
    takes([context('context'), list('keys')], (run, value, keys) => getPath(run, value, keys)),
  ],
  'get entries': [
    takes([context('m')], (run, value) =>
      entriesOf(run, value).map(([key, entry]) =>
        contextOf([
          ['key', key],
          ['value', entry],
        ]),
      ),
    ),
    takes([context('context')], (run, value) =>
      entriesOf(run, value).map(([key, entry]) =>
        contextOf([
          ['key', key],
          ['value', entry],
        ]),
      ),
    ),
  ],
  'context put': [
    takes([context('context'), text('key'), any('value')], (run, target, key, value) =>
      putPath(run, target, [key], value),
    ),
    takes([context('context'), list('keys'), any('value')], (run, target, keys, value) =>
      keys.length === 0 ? null : putPath(run, target, keys, value),
    ),
  ],
  'context merge': [takes([list('contexts')], merge)],
  context: [takes([list('entries')], fromEntries)],
}
