import type { Expression, Iterator } from '../syntax.ts'
import { type Cursor, enter, leave, nothing, take } from './cursor.ts'
import { expectKeyword, takeDeclared, takeKeyword, wordAt } from './name.ts'
import { readArithmetic, readDisjunction, readSignedTest } from './operators.ts'

/** Any expression (DMN 1.5 §10.3.1.2, rules 1 and 2). */
export function readExpression(cursor: Cursor): Expression {
  const expression = enter(cursor) ? readForm(cursor) : nothing
  leave(cursor)
  return expression
}

function readForm(cursor: Cursor): Expression {
  switch (wordAt(cursor)) {
    case 'if':
      return readIf(cursor)
    case 'for':
      return readFor(cursor)
    case 'some':
      return readQuantified(cursor, 'some')
    case 'every':
      return readQuantified(cursor, 'every')
    default:
      return readSignedTest(cursor) ?? readDisjunction(cursor)
  }
}

function readIf(cursor: Cursor): Expression {
  takeKeyword(cursor, 'if')
  const condition = readExpression(cursor)
  expectKeyword(cursor, 'then')
  const yes = readExpression(cursor)
  expectKeyword(cursor, 'else')
  return { kind: 'if', condition, yes, no: readExpression(cursor) }
}

function readFor(cursor: Cursor): Expression {
  takeKeyword(cursor, 'for')
  const iterators = readIterators(cursor)
  expectKeyword(cursor, 'return')
  return { kind: 'for', iterators, body: readExpression(cursor) }
}

function readQuantified(cursor: Cursor, quantifier: 'some' | 'every'): Expression {
  takeKeyword(cursor, quantifier)
  const iterators = readIterators(cursor)
  expectKeyword(cursor, 'satisfies')
  return { kind: 'quantified', quantifier, iterators, condition: readExpression(cursor) }
}

function readIterators(cursor: Cursor): readonly Iterator[] {
  const iterators: Iterator[] = []
  do {
    const name = takeDeclared(cursor, 'in')
    expectKeyword(cursor, 'in')
    const from = readExpression(cursor)
    iterators.push({ name, from, to: take(cursor, '..') ? readArithmetic(cursor) : null })
  } while (take(cursor, ','))
  return iterators
}
