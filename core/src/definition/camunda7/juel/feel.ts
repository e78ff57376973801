/**
 * A tree of JUEL as FEEL that gives the same. Where JUEL converts texts to numbers, the FEEL says so; where the types are
 * only known at run time, it asks for them. Null in arithmetic and in `!` stays null, which is an incident, while JUEL
 * took it for zero or false.
 */
import { limits } from '../../../base/limits.ts'
import { type BinaryOperator, type Juel, unsupported } from './syntax.ts'

type Type = 'number' | 'string' | 'boolean' | 'null' | 'unknown'
/** `strength` of the outermost operator, for parentheses; see `strengths`. */
type Feel = { readonly text: string; readonly strength: number; readonly type: Type }

const strengths = { choice: 0, or: 1, and: 2, comparison: 3, sum: 4, product: 5, value: 6 } as const

const operators: Readonly<Record<BinaryOperator, { readonly feel: string; readonly strength: number }>> = {
  '||': { feel: 'or', strength: strengths.or },
  '&&': { feel: 'and', strength: strengths.and },
  '==': { feel: '=', strength: strengths.comparison },
  '!=': { feel: '!=', strength: strengths.comparison },
  '<': { feel: '<', strength: strengths.comparison },
  '>': { feel: '>', strength: strengths.comparison },
  '<=': { feel: '<=', strength: strengths.comparison },
  '>=': { feel: '>=', strength: strengths.comparison },
  '+': { feel: '+', strength: strengths.sum },
  '-': { feel: '-', strength: strengths.sum },
  '*': { feel: '*', strength: strengths.product },
  '/': { feel: '/', strength: strengths.product },
  '%': { feel: 'modulo', strength: strengths.value },
}

/** What the engine of Camunda 7 provides by name, and what to use instead. */
const beans: ReadonlyMap<string, string> = new Map([
  ['execution', 'variables are read by their names'],
  ['task', 'variables are read by their names'],
  ['externalTask', 'variables are read by their names'],
  ['caseExecution', 'variables are read by their names'],
  ['connector', 'there are no connectors'],
  ['authenticatedUserId', 'pass the user as a variable'],
])

/** Names that mean something else, or something only at some places: FEEL for each, `undefined` when it has none. */
export type Names = ReadonlyMap<string, string | undefined>

const keywords: ReadonlySet<string> = new Set([
  ...['and', 'or', 'not', 'if', 'then', 'else', 'for', 'in', 'return', 'some', 'every', 'satisfies'],
  ...['between', 'instance', 'of', 'function', 'external', 'true', 'false', 'null'],
])
const isPlainName = (name: string): boolean => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !keywords.has(name)

/** A variable in FEEL, whatever its name. */
export const variableFeel = (name: string): string => (isPlainName(name) ? name : `\`${name}\``)

const value = (text: string, type: Type): Feel => ({ text, strength: strengths.value, type })
const within = (feel: Feel, strength: number): string =>
  feel.strength < strength ? `(${feel.text})` : feel.text

function literal(constant: string | number | boolean | null): Feel {
  if (typeof constant === 'number') return value(String(constant), 'number')
  if (typeof constant === 'string') return value(JSON.stringify(constant), 'string')
  return value(String(constant), constant === null ? 'null' : 'boolean')
}

const asNumber = (feel: Feel): Feel =>
  feel.type === 'number' ? feel : value(`number(${feel.text})`, 'number')

function binary(operator: BinaryOperator, left: Feel, right: Feel, type: Type): Feel {
  const { feel, strength } = operators[operator]
  // Comparisons don't group at all in FEEL, the others to the left.
  const leftStrength = strength === strengths.comparison ? strength + 1 : strength
  return {
    text: `${within(left, leftStrength)} ${feel} ${within(right, strength + 1)}`,
    strength,
    type,
  }
}

/** JUEL compares as numbers when one side is a number. */
function comparison(operator: BinaryOperator, left: Feel, right: Feel): Feel {
  const types = [left.type, right.type]
  if (types.includes('number') && !types.includes('null')) {
    return binary(operator, asNumber(left), asNumber(right), 'boolean')
  }
  if (types.some((type) => type !== 'unknown')) return binary(operator, left, right, 'boolean')
  const isNumber = (feel: Feel): string => `${within(feel, strengths.value)} instance of number`
  const asNumbers = binary(operator, asNumber(left), asNumber(right), 'boolean').text
  const asTheyAre = binary(operator, left, right, 'boolean').text
  return {
    text: `if ${isNumber(left)} or ${isNumber(right)} then ${asNumbers} else ${asTheyAre}`,
    strength: strengths.choice,
    type: 'boolean',
  }
}

/** The remainder has the sign of the dividend in JUEL, of the divisor in FEEL. */
function remainder(left: Feel, right: Feel): Feel {
  const [dividend, divisor] = [asNumber(left).text, asNumber(right).text]
  const text = `modulo(abs(${dividend}), abs(${divisor})) * (if ${dividend} < 0 then -1 else 1)`
  return { text, strength: strengths.product, type: 'number' }
}

class Translation {
  readonly #names: Names

  constructor(names: Names) {
    this.#names = names
  }

  /** Asking for types repeats operands, so what nests deeply could grow without end. */
  of(tree: Juel): Feel {
    const feel = this.#translate(tree)
    if (feel.text.length <= limits.expressionLength) return feel
    throw unsupported('it would become a FEEL expression that is too long', 0)
  }

  #translate(tree: Juel): Feel {
    switch (tree.kind) {
      case 'literal':
        return literal(tree.value)
      case 'name':
        return this.#name(tree.name, tree.at)
      case 'property':
        return this.#property(this.of(tree.base), tree.name)
      case 'index':
        return this.#index(this.of(tree.base), tree.index)
      case 'unary':
        return this.#unary(tree.operator, this.of(tree.operand))
      case 'binary':
        return this.#binary(tree.operator, this.of(tree.left), this.of(tree.right))
      case 'choice':
        return this.#choice(this.of(tree.condition), this.of(tree.then), this.of(tree.otherwise))
    }
  }

  #name(name: string, at: number): Feel {
    const hint = beans.get(name)
    if (hint !== undefined) throw unsupported(`${name} is not available; ${hint}`, at)
    if (!this.#names.has(name)) return value(variableFeel(name), 'unknown')
    const feel = this.#names.get(name)
    if (feel === undefined) throw unsupported(`${name} is not available here`, at)
    return value(feel, 'number')
  }

  #property(base: Feel, name: string): Feel {
    if (isPlainName(name)) return value(`${within(base, strengths.value)}.${name}`, 'unknown')
    return value(`get value(${base.text}, ${JSON.stringify(name)})`, 'unknown')
  }

  /** Lists count from 0 in JUEL, from 1 in FEEL; a filter would look for names in the items first. */
  #index(base: Feel, tree: Juel): Feel {
    if (tree.kind === 'literal' && typeof tree.value === 'string') return this.#property(base, tree.value)
    if (tree.kind === 'literal' && typeof tree.value === 'number') {
      return value(`${within(base, strengths.value)}[${tree.value + 1}]`, 'unknown')
    }
    const index = this.of(tree)
    const item = `sublist(${base.text}, ${within(index, strengths.sum)} + 1, 1)[1]`
    if (index.type === 'number') return value(item, 'unknown')
    const entry = `get value(${base.text}, ${index.text})`
    const text = `if ${within(index, strengths.value)} instance of number then ${item} else ${entry}`
    return { text, strength: strengths.choice, type: 'unknown' }
  }

  #unary(operator: '!' | '-' | 'empty', operand: Feel): Feel {
    if (operator === '!') return value(`not(${operand.text})`, 'boolean')
    if (operator === 'empty') return value(`list contains([null, "", [], {}], ${operand.text})`, 'boolean')
    return { text: `-${within(asNumber(operand), strengths.value)}`, strength: strengths.sum, type: 'number' }
  }

  #binary(operator: BinaryOperator, left: Feel, right: Feel): Feel {
    if (operator === '||' || operator === '&&') return binary(operator, left, right, 'boolean')
    if (operator === '%') return remainder(left, right)
    if (operators[operator].strength === strengths.comparison) return comparison(operator, left, right)
    return binary(operator, asNumber(left), asNumber(right), 'number')
  }

  #choice(condition: Feel, then: Feel, otherwise: Feel): Feel {
    const text = `if ${condition.text} then ${within(then, strengths.or)} else ${within(otherwise, strengths.or)}`
    return { text, strength: strengths.choice, type: then.type === otherwise.type ? then.type : 'unknown' }
  }
}

export const feelOf = (tree: Juel, names: Names): string => new Translation(names).of(tree).text
