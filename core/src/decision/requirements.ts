/** What the requirements of an element bring into sight of its logic (DMN 1.5 §6.3 and §7.3.1). */
import type { ValueLookup } from '../expression/expression.ts'
import { contextOf, type Value } from '../expression/values.ts'
import type { Boxed, Import, Variable } from '../model/decision-model.ts'
import type { Evaluation } from './evaluation.ts'

/** One required element, the file it is from, and its value. */
export type Requirement = {
  readonly file: number
  readonly id: string
  readonly variable: Variable
  valueIn(evaluation: Evaluation): Value
}

export type RequirementsLookup = (evaluation: Evaluation) => ValueLookup

/** Keys of the contexts that a boxed expression makes. */
export function keysMadeBy(boxed: Boxed): readonly string[] {
  switch (boxed.kind) {
    case 'context':
      return boxed.entries.flatMap(({ variable, value }) => [
        ...(variable === undefined ? [] : [variable.name]),
        ...keysMadeBy(value),
      ])
    case 'relation':
      return boxed.columns.map(({ name }) => name)
    case 'table':
      return boxed.outputs.map(({ name }) => name)
    case 'function':
      return keysMadeBy(boxed.body)
    case 'list':
      return boxed.items.flatMap(keysMadeBy)
    default:
      return []
  }
}

/**
 * Finds required elements by name. Those of an imported file are in a context of the name of the import; an import
 * without name brings them in by their own names.
 */
export function lookupOf(
  requirements: readonly Requirement[],
  file: number,
  imports: readonly Import[],
): RequirementsLookup {
  const direct = new Map<string, (evaluation: Evaluation) => Value>()
  const imported = new Map<string, Requirement[]>()
  for (const requirement of requirements) {
    const prefix = imports.find((one) => one.file === requirement.file)?.name ?? ''
    if (requirement.file === file || prefix === '') {
      const { id, variable } = requirement
      direct.set(variable.name, (evaluation) => requirement.valueIn(evaluation))
      // Models made for Camunda name what they require by id; names come first.
      if (!direct.has(id)) direct.set(id, (evaluation) => requirement.valueIn(evaluation))
      continue
    }
    const members = imported.get(prefix)
    if (members === undefined) imported.set(prefix, [requirement])
    else members.push(requirement)
  }
  for (const [prefix, members] of imported) {
    direct.set(prefix, (evaluation) =>
      contextOf(members.map(({ variable, valueIn }) => [variable.name, valueIn(evaluation)] as const)),
    )
  }
  return (evaluation) => (name) => direct.get(name)?.(evaluation)
}
