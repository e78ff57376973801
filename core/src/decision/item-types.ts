/** Item definitions as types of FEEL (DMN 1.5 §7.3.3). */
import { limits } from '../base/limits.ts'
import { compileUnaryTests } from '../expression/expression.ts'
import { type KnownNames, knownNames } from '../expression/parse/known-names.ts'
import type { TypeReference } from '../expression/syntax.ts'
import type { DecisionFile, ItemDefinition } from '../model/decision-model.ts'
import type { Report } from './link-finding.ts'

export type FileTypes = {
  /** The type of a name; null for one that any value has. A name of no type is reported at the element. */
  find(name: string | undefined, elementId: string | undefined): TypeReference | null
  /** All types by the names that expressions use. */
  readonly named: ReadonlyMap<string, TypeReference>
  /** Names of the components inside of a type, at any depth: a tree for each item definition that has some. */
  namesInside(name: string | undefined): ReadonlySet<KnownNames>
  /** The type of what a function of a type returns; any other type stands for itself. */
  resultOf(name: string | undefined): string | undefined
  /** The unary tests that values of an item definition must meet. */
  allowedValuesOf(name: string | undefined): string | undefined
}

const builtIn: ReadonlySet<string> = new Set([
  ...['number', 'string', 'boolean', 'date', 'time', 'context', 'list', 'function', 'range'],
  ...['date and time', 'days and time duration', 'years and months duration', 'Null'],
  ...['dateTime', 'dayTimeDuration', 'yearMonthDuration'],
])

/** What Camunda's modeler offered beside the types of FEEL. */
const numberNames: ReadonlySet<string> = new Set(['integer', 'long', 'double'])

const any: TypeReference = { kind: 'named', name: 'Any' }

/** An item definition and the file that it is in, where its own names are looked up. */
type Place = { readonly file: number; readonly definition: ItemDefinition }

/** Who names a type: the nearest element with an id, and words for a message. */
type User = { readonly elementId: string | undefined; readonly where: string }

/** Makes each type once, across all files. */
class TypeBuilder {
  readonly #files: readonly DecisionFile[]
  readonly #definitions: readonly ReadonlyMap<string, ItemDefinition>[]
  readonly #report: Report
  readonly #built = new Map<ItemDefinition, TypeReference | 'open'>()
  readonly #names = new Map<ItemDefinition, ReadonlySet<KnownNames>>()

  constructor(files: readonly DecisionFile[], report: Report) {
    this.#files = files
    this.#definitions = files.map(({ types }) => new Map(types.map((type) => [type.name, type])))
    this.#report = report
  }

  /** An item definition by its own name, or behind the name of an import. */
  place(file: number, name: string): Place | undefined {
    const own = this.#definitions[file]?.get(name)
    if (own !== undefined) return { file, definition: own }
    for (const { name: prefix, file: imported } of this.#files[file]?.imports ?? []) {
      if (prefix !== '' && !name.startsWith(`${prefix}.`)) continue
      const definition = this.#definitions[imported]?.get(
        prefix === '' ? name : name.slice(prefix.length + 1),
      )
      if (definition !== undefined) return { file: imported, definition }
    }
    return undefined
  }

  find(file: number, name: string, user: User, depth = 0): TypeReference {
    if (name === 'Any') return any
    if (builtIn.has(name)) return { kind: 'named', name }
    const place = this.place(file, name)
    if (place !== undefined) return this.#build(place, user, depth)
    if (numberNames.has(name)) return { kind: 'named', name: 'number' }
    this.#report({
      code: 'UNKNOWN_TYPE',
      file,
      elementId: user.elementId,
      message: `expected a type of FEEL or an item definition of the file or its imports${user.where}, got "${name}"`,
    })
    return any
  }

  #build({ file, definition }: Place, user: User, depth: number): TypeReference {
    const inside: User = {
      elementId: definition.id ?? user.elementId,
      where: ` in item definition "${definition.name}"`,
    }
    const built = this.#built.get(definition)
    if (built !== undefined && built !== 'open') return built
    if (built === 'open' || depth > limits.definitionDepth) {
      this.#report({
        code: 'CYCLIC_TYPE',
        file,
        elementId: inside.elementId,
        message: `expected item definitions that end after ${limits.definitionDepth} levels, got "${definition.name}" inside of itself or deeper`,
      })
      return any
    }
    this.#built.set(definition, 'open')
    const base = this.#base({ file, definition }, inside, depth + 1)
    const item = this.#constrain(base, definition.allowedValues, file, inside)
    const whole: TypeReference = definition.isCollection ? { kind: 'list', item } : item
    const type = this.#constrain(whole, definition.constraint, file, inside)
    this.#built.set(definition, type)
    return type
  }

  /** A definition without its constraints. */
  #base({ file, definition }: Place, inside: User, depth: number): TypeReference {
    const { signature, components, type } = definition
    if (signature !== undefined) {
      const typeOf = (name: string | undefined) =>
        name === undefined ? any : this.find(file, name, inside, depth)
      return {
        kind: 'function',
        parameters: signature.parameters.map((parameter) => typeOf(parameter.type)),
        result: typeOf(signature.result),
      }
    }
    if (components.length > 0) {
      return {
        kind: 'context',
        entries: components.map((component) => ({
          name: component.name,
          type: this.#build({ file, definition: component }, inside, depth),
        })),
      }
    }
    return type === undefined ? any : this.find(file, type, inside, depth)
  }

  #constrain(
    base: TypeReference,
    tests: string | undefined,
    file: number,
    { elementId, where }: User,
  ): TypeReference {
    if (tests === undefined) return base
    const compiled = compileUnaryTests(tests)
    if (!compiled.ok) {
      const message = `expected unary tests as allowed values${where}: ${compiled.error.message}`
      this.#report({ code: 'INVALID_EXPRESSION', file, elementId, message })
      return base
    }
    const allowed = compiled.value
    return {
      kind: 'constrained',
      base,
      allows: (value, run) => allowed.answer(run, () => undefined, value) === true,
    }
  }

  namesInside(file: number, name: string): ReadonlySet<KnownNames> {
    const place = this.place(file, name)
    return place === undefined ? new Set() : this.#namesIn(place)
  }

  #namesIn({ file, definition }: Place): ReadonlySet<KnownNames> {
    const known = this.#names.get(definition)
    if (known !== undefined) return known
    const names = new Set<KnownNames>()
    // Set before it is complete, so that definitions inside of themselves end here.
    this.#names.set(definition, names)
    const { components, type, signature } = definition
    const own = knownNames(components.map((component) => component.name))
    if (own.next.size > 0) names.add(own)
    for (const component of components) {
      for (const inner of this.#namesIn({ file, definition: component })) names.add(inner)
    }
    for (const used of [type, signature?.result]) {
      if (used !== undefined) for (const inner of this.namesInside(file, used)) names.add(inner)
    }
    return names
  }
}

/** The types of each file. */
export function typesOf(files: readonly DecisionFile[], report: Report): readonly FileTypes[] {
  const builder = new TypeBuilder(files, report)
  return files.map(({ types, imports }, file): FileTypes => {
    const imported = imports.flatMap(({ name: prefix, file: from }) =>
      (files[from]?.types ?? []).map(({ name }) => (prefix === '' ? name : `${prefix}.${name}`)),
    )
    const names = [...imported, ...types.map(({ name }) => name)]
    return {
      named: new Map(
        names.map((name) => [name, builder.find(file, name, { elementId: undefined, where: '' })]),
      ),
      find(name, elementId) {
        const type = name === undefined ? any : builder.find(file, name, { elementId, where: '' })
        return type === any ? null : type
      },
      resultOf(name) {
        const signature = name === undefined ? undefined : builder.place(file, name)?.definition.signature
        return signature === undefined ? name : signature.result
      },
      allowedValuesOf: (name) =>
        name === undefined ? undefined : builder.place(file, name)?.definition.allowedValues,
      namesInside: (name) => (name === undefined ? new Set() : builder.namesInside(file, name)),
    }
  })
}
