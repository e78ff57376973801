import type { TypeReference } from './syntax.ts'

/** Other names of the same types, from earlier DMN versions. */
const synonyms: Readonly<Record<string, string>> = {
  dateTime: 'date and time',
  dayTimeDuration: 'days and time duration',
  yearMonthDuration: 'years and months duration',
}

export const typeName = (name: string): string =>
  Object.hasOwn(synonyms, name) ? (synonyms[name] ?? name) : name

/** Whether every value of one type is one of another (DMN 1.5 §10.3.2.9.2); functions take more and give less. */
export function typeConforms(from: TypeReference, to: TypeReference): boolean {
  if (from === to) return true
  if (from.kind === 'constrained') return typeConforms(from.base, to)
  switch (to.kind) {
    case 'constrained':
      return false
    case 'named': {
      const name = typeName(to.name)
      return name === 'Any' || name === (from.kind === 'named' ? typeName(from.name) : from.kind)
    }
    case 'list':
      return from.kind === 'list' && typeConforms(from.item, to.item)
    case 'range':
      return from.kind === 'range' && typeConforms(from.end, to.end)
    case 'context':
      return (
        from.kind === 'context' &&
        to.entries.every(({ name, type }) => {
          const entry = from.entries.find((candidate) => candidate.name === name)
          return entry !== undefined && typeConforms(entry.type, type)
        })
      )
    case 'function':
      return (
        from.kind === 'function' &&
        from.parameters.length === to.parameters.length &&
        to.parameters.every((parameter, index) => typeConforms(parameter, from.parameters[index]!)) &&
        typeConforms(from.result, to.result)
      )
  }
}
