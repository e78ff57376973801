/** Tokens of JUEL to a tree, by recursive descent over the levels of its operators. */
import { limits } from '../../../base/limits.ts'
import { type BinaryOperator, type Juel, syntaxError, unsupported } from './syntax.ts'
import { type Token, tokensOf } from './tokens.ts'

/** From weak to strong; operators of one level group to the left. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/', '%'],
]

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])

/** Operators that JUEL has and FEEL has no equal for. */
const foreign: Readonly<Record<string, string>> = {
  '->': 'a lambda',
  '=': 'an assignment (write == to compare)',
  '+=': 'the operator +=',
  ';': 'a sequence of expressions',
  '{': 'a set or map',
}

/** Operators, properties and indexes of one expression: a chain of them is a tree of that depth. */
const maxLinks = 1_000

class Parser {
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0
  #links = 0

  constructor(source: string) {
    this.#tokens = tokensOf(source)
  }

  whole(): Juel {
    const tree = this.#expression()
    const rest = this.#peek()
    if (rest.kind !== 'end') throw this.#unexpected(rest, 'an operator')
    return tree
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: 'the end', at: 0 }
  }

  #take(): Token {
    const token = this.#peek()
    this.#next += 1
    return token
  }

  #takes(operator: string): boolean {
    const { kind, text } = this.#peek()
    if (kind !== 'operator' || text !== operator) return false
    this.#next += 1
    return true
  }

  #expect(operator: string): void {
    const token = this.#peek()
    if (!this.#takes(operator)) throw this.#unexpected(token, operator)
  }

  #unexpected(token: Token, expected: string): Error {
    const { kind, text, at } = token
    if (kind === 'operator' && Object.hasOwn(foreign, text)) {
      return unsupported(`${foreign[text]} has no equal in FEEL`, at)
    }
    if (kind === 'name' && text === 'instanceof') return unsupported('instanceof has no equal in FEEL', at)
    return syntaxError(`expected ${expected}, got ${kind === 'end' ? text : JSON.stringify(text)}`, at)
  }

  #link(): void {
    this.#links += 1
    if (this.#links > maxLinks) throw syntaxError(`expected at most ${maxLinks} operations`, this.#peek().at)
  }

  #expression(): Juel {
    this.#depth += 1
    if (this.#depth > limits.expressionDepth) {
      throw syntaxError(`expected at most ${limits.expressionDepth} levels of nesting`, this.#peek().at)
    }
    const condition = this.#binary(0)
    const tree = this.#takes('?') ? this.#choice(condition) : condition
    this.#depth -= 1
    return tree
  }

  #choice(condition: Juel): Juel {
    const then = this.#expression()
    this.#expect(':')
    return { kind: 'choice', condition, then, otherwise: this.#expression() }
  }

  #binary(level: number): Juel {
    const operators = levels[level]
    if (operators === undefined) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const operator = operators.find((candidate) => this.#takes(candidate))
      if (operator === undefined) return left
      this.#link()
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) }
    }
  }

  #unary(): Juel {
    const { kind, text } = this.#peek()
    const operator = kind === 'operator' && (text === '!' || text === '-') ? text : undefined
    const isEmpty = kind === 'name' && text === 'empty'
    if (operator === undefined && !isEmpty) return this.#value()
    const { at } = this.#take()
    this.#depth += 1
    if (this.#depth > limits.expressionDepth) throw syntaxError('too many operators in a row', at)
    const operand = this.#unary()
    this.#depth -= 1
    return { kind: 'unary', operator: operator ?? 'empty', operand }
  }

  #value(): Juel {
    let value = this.#primary()
    for (;;) {
      this.#link()
      const { at } = this.#peek()
      if (this.#takes('.')) value = { kind: 'property', base: value, name: this.#propertyName() }
      else if (this.#takes('[')) {
        value = { kind: 'index', base: value, index: this.#expression() }
        this.#expect(']')
      } else if (this.#takes('(')) throw unsupported(callHint(value), at)
      else return value
    }
  }

  #propertyName(): string {
    const token = this.#take()
    if (token.kind !== 'name') throw this.#unexpected(token, 'the name of a property')
    return token.text
  }

  #primary(): Juel {
    const token = this.#take()
    const { kind, text, at } = token
    if (kind === 'number') return { kind: 'literal', value: Number(text) }
    if (kind === 'string') return { kind: 'literal', value: text }
    if (kind === 'name') return this.#nameOrConstant(text, at)
    if (kind !== 'operator' || text !== '(') throw this.#unexpected(token, 'a value')
    const inner = this.#expression()
    this.#expect(')')
    return inner
  }

  #nameOrConstant(text: string, at: number): Juel {
    const constant = constants.get(text)
    if (constant !== undefined) return { kind: 'literal', value: constant }
    if (this.#takes(':')) {
      // A name before a colon is a namespace only when a call follows: otherwise the colon belongs to a choice.
      const [name, open] = [this.#peek(), this.#tokens[this.#next + 1]]
      if (name.kind === 'name' && open?.text === '(') {
        throw unsupported(`the function ${text}:${name.text}() has no equal in FEEL`, at)
      }
      this.#next -= 1
    }
    return { kind: 'name', name: text, at }
  }
}

function callHint(called: Juel): string {
  if (called.kind === 'name') return `the function ${called.name}() is not available; use one of FEEL`
  if (called.kind !== 'property') return 'calls are not available; use a FEEL function or a job'
  return `the method ${called.name}() can't be called; use a FEEL function, or let a job set a variable`
}

export const parseJuel = (source: string): Juel => new Parser(source).whole()
