import type { TypeReference } from '../syntax.ts'
import { type Cursor, enter, expect, fail, leave, take } from './cursor.ts'
import { takeDeclared, takeName, wordAt } from './name.ts'

const anything: TypeReference = { kind: 'named', name: 'Any' }

/** A type after `instance of` or behind a parameter (DMN 1.5 §10.3.1.2, rule 54). */
export function readType(cursor: Cursor): TypeReference {
  const type = enter(cursor) ? readTypeForm(cursor) : anything
  leave(cursor)
  return type
}

function readTypeForm(cursor: Cursor): TypeReference {
  const start = cursor.at
  const head = wordAt(cursor)
  if (head === 'list' || head === 'range' || head === 'context' || head === 'function') {
    cursor.at += head.length
    if (take(cursor, '<')) return readArguments(cursor, head)
    cursor.at = start
    if (head === 'function') fail(cursor)
  }
  let name = takeName(cursor, 'type')
  while (name !== undefined && take(cursor, '.')) {
    const part = takeName(cursor, 'type')
    name = part === undefined ? undefined : `${name}.${part}`
  }
  if (name !== undefined) return { kind: 'named', name }
  fail(cursor)
  return anything
}

function readArguments(cursor: Cursor, head: 'list' | 'range' | 'context' | 'function'): TypeReference {
  if (head === 'context') return readContextType(cursor)
  if (head === 'function') return readFunctionType(cursor)
  const part = readType(cursor)
  expect(cursor, '>')
  return head === 'list' ? { kind: 'list', item: part } : { kind: 'range', end: part }
}

function readContextType(cursor: Cursor): TypeReference {
  const entries: { name: string; type: TypeReference }[] = []
  do {
    const name = takeDeclared(cursor)
    expect(cursor, ':')
    entries.push({ name, type: readType(cursor) })
  } while (take(cursor, ','))
  expect(cursor, '>')
  return { kind: 'context', entries }
}

function readFunctionType(cursor: Cursor): TypeReference {
  const parameters: TypeReference[] = []
  if (!take(cursor, '>')) {
    do parameters.push(readType(cursor))
    while (take(cursor, ','))
    expect(cursor, '>')
  }
  expect(cursor, '->')
  return { kind: 'function', parameters, result: readType(cursor) }
}
