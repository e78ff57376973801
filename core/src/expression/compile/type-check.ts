import type { TypeReference } from '../syntax.ts'
import { entryOf, FunctionValue, isContext, isList, typeOf, type Value } from '../values.ts'

/** Other names of the same types, from earlier DMN versions. */
const synonyms: Readonly<Record<string, string>> = {
  dateTime: 'date and time',
  dayTimeDuration: 'days and time duration',
  yearMonthDuration: 'years and months duration',
}

/** `instance of` (DMN 1.5 §10.3.2.9); null is of type Null and, as no instance, of nothing else. */
export function conforms(value: Value, type: TypeReference): boolean {
  switch (type.kind) {
    case 'list':
      return isList(value) && value.every((item) => item === null || conforms(item, type.item))
    case 'context':
      return (
        isContext(value) &&
        type.entries.every(({ name, type: entryType }) => {
          const entry = entryOf(value, name)
          return entry !== undefined && (entry === null || conforms(entry, entryType))
        })
      )
    case 'function':
      return (
        value instanceof FunctionValue && (value.arity === null || value.arity === type.parameters.length)
      )
    case 'named': {
      const name = Object.hasOwn(synonyms, type.name) ? synonyms[type.name] : type.name
      if (name === 'Any') return value !== null
      return typeOf(value) === (name === 'Null' ? 'null' : name)
    }
  }
}

/** The value as an argument of a type: a list of one where its item is wanted counts as that item. */
export function coerce(value: Value, type: TypeReference): Value {
  if (value === null || conforms(value, type)) return value
  if (isList(value) && value.length === 1 && type.kind !== 'list' && conforms(value[0]!, type))
    return value[0]!
  return type.kind === 'list' && conforms(value, type.item) ? [value] : null
}
