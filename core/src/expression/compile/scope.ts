import type { Run } from '../run.ts'
import type { TypeReference } from '../syntax.ts'
import type { Value } from '../values.ts'

/** What a compiled expression runs in: immutable links, so functions keep what they saw when they were made. */
export type Environment = {
  readonly run: Run
  readonly variables: (name: string) => Value | undefined
  /** The innermost local value; the compiler knows its name and how far out the others are. */
  readonly value: Value
  readonly outer: Environment | null
}

/** A compiled expression. Never throws; a failure is kept in the run and null returned. */
export type Evaluate = (environment: Environment) => Value

export const bind = (environment: Environment, value: Value): Environment => ({
  run: environment.run,
  variables: environment.variables,
  value,
  outer: environment,
})

/** The local value so many links out. */
export function localAt(environment: Environment, index: number): Value {
  let at = environment
  for (let left = index; left > 0; left--) at = at.outer!
  return at.value
}

/** Facts about the whole expression that the compiler gathers. */
export type Unit = {
  /** Types from outside, by name. */
  readonly types: ReadonlyMap<string, TypeReference>
  /** Free variables that it reads. */
  readonly names: Set<string>
  /** Nesting of closures at this point and the largest seen. */
  level: number
  deepest: number
  /** Whether it nests deeper than allowed. */
  tooDeep: boolean
  /** Closures made so far. */
  size: number
}

/** Closures that count as one step of fuel where a part runs again and again. */
const closuresPerStep = 4

/** What a part of so many closures costs each time that it runs, beyond what its loops and values take. */
export const stepsOf = (size: number): number => Math.floor(size / closuresPerStep)

/** A part that may run again and again: when it is large, each time takes fuel for its size. */
export function repeated(unit: Unit, compilePart: () => Evaluate): Evaluate {
  const before = unit.size
  const evaluate = compilePart()
  const steps = stepsOf(unit.size - before)
  return steps === 0
    ? evaluate
    : (environment) => (environment.run.spend(steps) ? evaluate(environment) : null)
}

/** One local value of an environment: named, or the item of a filter, whose keys are names too. */
export type Binding = { readonly kind: 'name' | 'item'; readonly name: string; used: boolean }

/** The compiler's view of an environment; each link has a binding, except the outermost. */
export type Scope = { readonly unit: Unit; readonly binding: Binding | null; readonly outer: Scope | null }

const noTypes: ReadonlyMap<string, TypeReference> = new Map()

export const rootScope = (types = noTypes): Scope => ({
  unit: { types, names: new Set(), level: 0, deepest: 0, tooDeep: false, size: 0 },
  binding: null,
  outer: null,
})

export const within = (scope: Scope, name: string, kind: Binding['kind'] = 'name'): Scope => ({
  unit: scope.unit,
  binding: { kind, name, used: false },
  outer: scope,
})

/** Where a name is found: first in the items of surrounding filters, then at `index`, or outside (null). */
export type Resolution = { readonly items: readonly number[]; readonly index: number | null }

export function resolve(scope: Scope, name: string): Resolution {
  const items: number[] = []
  let index = 0
  for (let at: Scope | null = scope; at !== null && at.binding !== null; at = at.outer) {
    if (at.binding.name === name) {
      at.binding.used = true
      // The key `item` of an item comes before the item itself.
      if (at.binding.kind === 'item') items.push(index)
      return { items, index }
    }
    if (at.binding.kind === 'item') items.push(index)
    index++
  }
  return { items, index: null }
}
