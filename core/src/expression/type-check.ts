import type { Run } from './run.ts'
import type { TypeReference } from './syntax.ts'
import { typeConforms, typeName } from './type-conformance.ts'
import { TypedFunction } from './typed-function.ts'
import { entryOf, FunctionValue, isContext, isList, RangeValue, typeOf, type Value } from './values.ts'

/** Replaces the names of types from outside by what they stand for. */
export function resolveType(type: TypeReference, types: ReadonlyMap<string, TypeReference>): TypeReference {
  switch (type.kind) {
    case 'named':
      return types.get(type.name) ?? type
    case 'list':
      return { kind: 'list', item: resolveType(type.item, types) }
    case 'range':
      return { kind: 'range', end: resolveType(type.end, types) }
    case 'context':
      return {
        kind: 'context',
        entries: type.entries.map((entry) => ({ name: entry.name, type: resolveType(entry.type, types) })),
      }
    case 'function':
      return {
        kind: 'function',
        parameters: type.parameters.map((parameter) => resolveType(parameter, types)),
        result: resolveType(type.result, types),
      }
    default:
      return type
  }
}

/** Whether a function can be called with arguments of these types. What it gives is known only when it is called. */
function takesTypes(value: FunctionValue, types: readonly TypeReference[]): boolean {
  if (value.arity !== null && value.arity !== types.length) return false
  if (!(value instanceof TypedFunction)) return true
  return value.parameterTypes.every((wanted, index) => wanted === null || typeConforms(types[index]!, wanted))
}

/** The type without what its definitions allow: an instance of it need not be an allowed value. */
export function withoutConstraints(type: TypeReference): TypeReference {
  switch (type.kind) {
    case 'constrained':
      return withoutConstraints(type.base)
    case 'list':
      return { kind: 'list', item: withoutConstraints(type.item) }
    case 'context':
      return {
        kind: 'context',
        entries: type.entries.map((entry) => ({ name: entry.name, type: withoutConstraints(entry.type) })),
      }
    default:
      return type
  }
}

/** `instance of` (DMN 1.5 §10.3.2.9); null is of type Null and, as no instance, of nothing else. */
export function conforms(value: Value, type: TypeReference, run: Run): boolean {
  const partConforms = (part: Value, partType: TypeReference) =>
    run.spend(1) && (part === null || conforms(part, partType, run))
  switch (type.kind) {
    case 'list':
      return isList(value) && value.every((item) => partConforms(item, type.item))
    case 'range':
      return (
        value instanceof RangeValue &&
        partConforms(value.start, type.end) &&
        partConforms(value.end, type.end)
      )
    case 'context':
      return (
        isContext(value) &&
        type.entries.every(({ name, type: entryType }) => {
          const entry = entryOf(value, name)
          return entry !== undefined && partConforms(entry, entryType)
        })
      )
    case 'function':
      return value instanceof FunctionValue && takesTypes(value, type.parameters)
    case 'constrained':
      return conforms(value, type.base, run) && type.allows(value, run)
    case 'named': {
      const name = typeName(type.name)
      if (name === 'Any') return value !== null
      return typeOf(value) === (name === 'Null' ? 'null' : name)
    }
  }
}

/**
 * The value as one of a type (DMN 1.5 §10.3.2.9.4): a list of one where its item is wanted counts as that item, and the
 * other way round. Null when it conforms in no way.
 */
export function coerce(value: Value, type: TypeReference, run: Run): Value {
  if (value === null || conforms(value, type, run)) return value
  if (isList(value) && value.length === 1 && conforms(value[0]!, type, run)) return value[0]!
  return type.kind === 'list' && conforms(value, type.item, run) ? [value] : null
}
