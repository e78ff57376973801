import type { Expression, NamedArgument } from '../syntax.ts'
import { readBracketed, readParenthesized } from './bracket.ts'
import { type Cursor, expect, fail, isNext, moveTo, skipSpace, take } from './cursor.ts'
import { declareName } from './known-names.ts'
import { readString, takeNumber, takeString } from './literal.ts'
import { expectKeyword, findDeclared, takeDeclared, takeKeyword, takeName, wordAt } from './name.ts'
import { readType } from './type-reference.ts'

/** An operand with the paths, filters, calls and type checks behind it. */
export function readPostfix(cursor: Cursor, start?: Expression): Expression {
  let expression = start ?? readPrimary(cursor)
  for (;;) {
    if (isNext(cursor, '.') && !isNext(cursor, '..')) {
      take(cursor, '.')
      const name = takeName(cursor, 'path')
      if (name === undefined) return fail(cursor)
      expression = { kind: 'path', source: expression, name }
    } else if (isNext(cursor, '[') && !closesRange(cursor)) {
      take(cursor, '[')
      const condition = cursor.readExpression(cursor)
      expect(cursor, ']')
      expression = { kind: 'filter', source: expression, condition }
    } else if (take(cursor, '(')) expression = readCall(cursor, expression)
    else if (takeKeyword(cursor, 'instance')) {
      expectKeyword(cursor, 'of')
      expression = { kind: 'instance-of', operand: expression, type: readType(cursor) }
    } else return expression
  }
}

/** At the end of a range, a bracket with no expression behind it closes the range: `[1..3[`. */
function closesRange(cursor: Cursor): boolean {
  if (cursor.depth !== cursor.rangeEndDepth) return false
  const next = cursor.source.slice(skipSpace(cursor.source, cursor.at + 1))
  return /^(?:$|[,)\]}=!<>+*/.]|(?:and|or|then|else|return|satisfies|in|between|instance)\b)/.test(next)
}

function readCall(cursor: Cursor, callee: Expression): Expression {
  if (take(cursor, ')')) return { kind: 'call', callee, args: [] }
  if (isNamed(cursor)) return readNamedCall(cursor, callee)
  const args: Expression[] = []
  do args.push(cursor.readExpression(cursor))
  while (take(cursor, ','))
  expect(cursor, ')')
  return { kind: 'call', callee, args }
}

/** Whether an argument starts with the name of its parameter. */
function isNamed(cursor: Cursor): boolean {
  const found = findDeclared(cursor)
  return found !== undefined && cursor.source[skipSpace(cursor.source, found.end)] === ':'
}

function readNamedCall(cursor: Cursor, callee: Expression): Expression {
  const args: NamedArgument[] = []
  do {
    const found = findDeclared(cursor)
    if (found === undefined) return fail(cursor)
    moveTo(cursor, found.end)
    expect(cursor, ':')
    args.push({ name: found.name, value: cursor.readExpression(cursor) })
  } while (take(cursor, ','))
  expect(cursor, ')')
  return { kind: 'named-call', callee, args }
}

function readPrimary(cursor: Cursor): Expression {
  switch (cursor.source[cursor.at]) {
    case '"':
      return readString(cursor)
    case '@':
      return readAtLiteral(cursor)
    case '[':
    case ']':
      return readBracketed(cursor)
    case '(':
      return readParenthesized(cursor)
    case '{':
      return readContext(cursor)
    default:
      return takeNumber(cursor) ?? readWord(cursor)
  }
}

function readAtLiteral(cursor: Cursor): Expression {
  take(cursor, '@')
  const text = takeString(cursor)
  return text === undefined ? fail(cursor) : { kind: 'at-literal', text }
}

/** A literal, a name, or one of the forms that start with a keyword. */
function readWord(cursor: Cursor): Expression {
  switch (wordAt(cursor)) {
    case 'null':
      return takeWord(cursor, 'null', { kind: 'literal', value: null })
    case 'true':
      return takeWord(cursor, 'true', { kind: 'literal', value: true })
    case 'false':
      return takeWord(cursor, 'false', { kind: 'literal', value: false })
    case 'function':
      return readFunction(cursor)
    case 'if':
    case 'for':
    case 'some':
    case 'every':
      return cursor.readExpression(cursor)
    default: {
      const name = takeName(cursor, 'variable')
      return name === undefined ? fail(cursor) : { kind: 'name', name }
    }
  }
}

function takeWord(cursor: Cursor, keyword: string, value: Expression): Expression {
  const startsName = [cursor.names, ...cursor.outside].some(({ next }) => next.has(keyword))
  const name = startsName ? takeName(cursor, 'variable') : undefined
  if (name !== undefined) return { kind: 'name', name }
  takeKeyword(cursor, keyword)
  return value
}

function readContext(cursor: Cursor): Expression {
  take(cursor, '{')
  const entries: { key: string; value: Expression }[] = []
  if (take(cursor, '}')) return { kind: 'context', entries }
  do {
    const text = takeString(cursor)
    const key = text ?? takeDeclared(cursor)
    expect(cursor, ':')
    entries.push({ key, value: cursor.readExpression(cursor) })
    if (text !== undefined) declareName(cursor.names, text)
  } while (take(cursor, ','))
  expect(cursor, '}')
  return { kind: 'context', entries }
}

function readFunction(cursor: Cursor): Expression {
  takeKeyword(cursor, 'function')
  expect(cursor, '(')
  const parameters: { name: string; type: ReturnType<typeof readType> | null }[] = []
  if (!take(cursor, ')')) {
    do {
      const name = takeDeclared(cursor)
      parameters.push({ name, type: take(cursor, ':') ? readType(cursor) : null })
    } while (take(cursor, ','))
    expect(cursor, ')')
  }
  const external = takeKeyword(cursor, 'external')
  return { kind: 'function', parameters, body: cursor.readExpression(cursor), external }
}
