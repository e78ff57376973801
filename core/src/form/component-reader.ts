/** Reads the properties of one component and says what is wrong with them. */
import type { JsonObject, JsonValue } from '../base/json.ts'
import { type CompiledExpression, compileExpression } from '../expression/expression.ts'
import { type Condition, compileCondition } from './condition.ts'
import type { Bound, FormCode, FormFinding } from './form.ts'
import { isObject, type Path } from './path.ts'

/** What all components of a form share while it is read. */
export type Reading = {
  readonly findings: FormFinding[]
  /** Of the components read so far. */
  readonly ids: Set<string>
  /** Names of values that FEEL can't tell from operators, such as `order-id`. */
  readonly names: readonly string[]
  /** Characters that expressions may still have. */
  expressionLength: number
}

/** Words that a place of a value may not have. */
const reservedSteps = new Set(['__proto__', 'constructor'])

export const isExpression = (value: JsonValue | undefined): value is string =>
  typeof value === 'string' && value.startsWith('=')

export const isDecimal = (text: string): boolean => /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)

export class ComponentReader {
  readonly id: string
  readonly #component: JsonObject
  readonly #reading: Reading

  constructor(id: string, component: JsonObject, reading: Reading) {
    this.id = id
    this.#component = component
    this.#reading = reading
  }

  error(code: FormCode, message: string): void {
    this.#reading.findings.push({ severity: 'error', code, message, elementId: this.id })
  }

  warning(code: FormCode, message: string): void {
    this.#reading.findings.push({ severity: 'warning', code, message, elementId: this.id })
  }

  value(name: string): JsonValue | undefined {
    return Object.hasOwn(this.#component, name) ? this.#component[name] : undefined
  }

  text(name: string): string | undefined {
    const value = this.value(name)
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined
    return this.#unexpected(name, 'a text')
  }

  number(name: string): number | undefined {
    const value = this.value(name)
    if (value === undefined || value === null || value === '') return undefined
    const number = typeof value === 'string' && isDecimal(value) ? Number(value) : value
    return typeof number === 'number' ? number : this.#unexpected(name, 'a number')
  }

  flag(name: string): boolean {
    const value = this.value(name) ?? false
    return typeof value === 'boolean' ? value : (this.#unexpected(name, 'true or false') ?? false)
  }

  /** A property that is an object of its own, as a reader that tells the same component. */
  inner(name: string): ComponentReader | undefined {
    const value = this.value(name)
    if (value === undefined || value === null) return undefined
    if (isObject(value)) return new ComponentReader(this.id, value, this.#reading)
    return this.#unexpected(name, 'an object')
  }

  choice<const T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    const text = this.text(name)
    if (text === undefined) return otherwise
    const chosen = choices.find((choice) => choice === text)
    return chosen ?? this.#unexpected(name, choices.join(' or ')) ?? otherwise
  }

  /** A place such as `order.items`; undefined when it can't be one. */
  path(name: string): Path | undefined {
    const text = this.text(name)
    if (text === undefined || text === '') return undefined
    const steps = text.split('.')
    if (steps.every((step) => step !== '' && !reservedSteps.has(step))) {
      return steps.map((step, index) => (index > 0 && /^\d{1,9}$/.test(step) ? Number(step) : step))
    }
    return this.#unexpected(name, 'names joined by dots')
  }

  expression(name: string): CompiledExpression | undefined {
    const source = this.#source(name)
    if (source === undefined) return undefined
    const compiled = compileExpression(source, { names: this.#reading.names })
    return compiled.ok ? compiled.value : this.#unreadable(name, compiled.error.message)
  }

  condition(name: string): Condition | undefined {
    const source = this.#source(name)
    if (source === undefined) return undefined
    const compiled = compileCondition(source, this.#reading.names)
    return compiled.ok ? compiled.value : this.#unreadable(name, compiled.error)
  }

  /** A number, also as text, or what computes it. */
  bound(name: string): Bound | undefined {
    if (isExpression(this.value(name))) {
      const expression = this.expression(name)
      return expression && { expression }
    }
    const value = this.number(name)
    return value === undefined ? undefined : { value: this.value(name) ?? null }
  }

  /** An expression without its sign; empty ones compute nothing, as in the browser. */
  #source(name: string): string | undefined {
    const text = this.value(name)
    if (!isExpression(text) || text.slice(1).trim() === '') return undefined
    this.#reading.expressionLength -= text.length
    if (this.#reading.expressionLength < 0) return this.#unreadable(name, 'the form has too much of them')
    return text.slice(1)
  }

  #unreadable(name: string, why: string): undefined {
    this.error('FORM_EXPRESSION_INVALID', `expected ${name} of ${this.id} to be a FEEL expression: ${why}`)
    return undefined
  }

  #unexpected(name: string, expected: string): undefined {
    const value = JSON.stringify(this.value(name)).slice(0, 60)
    this.error('FORM_COMPONENT_INVALID', `expected ${name} of ${this.id} to be ${expected}, got ${value}`)
    return undefined
  }
}
