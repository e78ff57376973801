/** The cases of the TCK as data, read from its XML. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readXmlDocument } from '@braid/core/definition/xml/read-xml-document.ts'
import { elementsIn, qualify, textIn, type XmlElement } from '@braid/core/definition/xml/xml-document.ts'
import { parseNumber } from '@braid/core/expression/number.ts'
import { parseDate, parseDateTime, parseDuration, parseTime } from '@braid/core/expression/temporal/parse.ts'
import { contextOf, type Value } from '@braid/core/expression/values.ts'

export type TckFile = {
  /** `compliance-level-3/0068-feel-equality`. */
  readonly directory: string
  /** Without extension. */
  readonly name: string
  /** Texts of the model under test and of the other ones of its directory, which it may import. */
  readonly models: readonly string[]
  readonly cases: readonly TckCase[]
}

export type TckCase = {
  readonly id: string
  /** The decision service to invoke, when it is one. */
  readonly service: string | undefined
  readonly inputs: ReadonlyMap<string, Value>
  readonly results: readonly ExpectedResult[]
}

export type ExpectedResult = {
  readonly name: string
  /** The result is null, and at least one error is reported. */
  readonly isError: boolean
  readonly value: Value
}

const childrenOf = (element: XmlElement, ...names: readonly string[]): readonly XmlElement[] =>
  elementsIn(element).filter((child) =>
    names.includes(qualify(child.name, child.namespaces, 'element').local),
  )

/** An attribute by its name without prefix. */
function attributeOf(element: XmlElement, name: string): string | undefined {
  for (const [written, value] of element.attributes) {
    if (written.slice(written.indexOf(':') + 1) === name) return value
  }
  return undefined
}

/** Reads `value`, `list` or `component`s inside of an element. */
function readValue(element: XmlElement): Value {
  const [simple] = childrenOf(element, 'value')
  if (simple !== undefined) return readSimple(simple)
  const [list] = childrenOf(element, 'list')
  if (list !== undefined) return isNil(list) ? null : childrenOf(list, 'item').map(readValue)
  const components = childrenOf(element, 'component')
  if (components.length === 0 || isNil(element)) return null
  return contextOf(
    components.map((component): [string, Value] => [
      attributeOf(component, 'name') ?? '',
      isNil(component) ? null : readValue(component),
    ]),
  )
}

const isNil = (element: XmlElement): boolean => attributeOf(element, 'nil') === 'true'

const readers: Readonly<Record<string, (text: string) => Value>> = {
  string: (text) => text,
  boolean: (text) => text === 'true',
  decimal: parseNumber,
  double: parseNumber,
  float: parseNumber,
  integer: parseNumber,
  int: parseNumber,
  long: parseNumber,
  date: parseDate,
  time: parseTime,
  dateTime: parseDateTime,
  duration: parseDuration,
  dayTimeDuration: parseDuration,
  yearMonthDuration: parseDuration,
}

function readSimple(element: XmlElement): Value {
  if (isNil(element)) return null
  const type = (attributeOf(element, 'type') ?? 'string').replace(/^.*:/, '')
  const reader = readers[type]
  if (reader === undefined) throw new Error(`a value of the unknown type ${type}`)
  return reader(type === 'string' ? textIn(element) : textIn(element).trim())
}

function readCase(element: XmlElement, index: number): TckCase {
  const isService = attributeOf(element, 'type') === 'decisionService'
  return {
    id: attributeOf(element, 'id') ?? String(index + 1),
    service: isService ? attributeOf(element, 'invocableName') : undefined,
    inputs: new Map(
      childrenOf(element, 'inputNode').map((node) => [attributeOf(node, 'name') ?? '', readValue(node)]),
    ),
    results: childrenOf(element, 'resultNode').map((node) => {
      const [expected] = childrenOf(node, 'expected')
      return {
        name: attributeOf(node, 'name') ?? '',
        isError: attributeOf(node, 'errorResult') === 'true',
        value: expected === undefined ? null : readValue(expected),
      }
    }),
  }
}

function readFile(path: string, directory: string, file: string): TckFile {
  const read = readXmlDocument(readFileSync(join(path, directory, file), 'utf8').replace(/^\ufeff/, ''))
  if (!read.ok) throw new Error(`${directory}/${file}: ${read.error.message}`)
  const { root } = read.value
  const [model] = childrenOf(root, 'modelName').map((element) => textIn(element).trim())
  const models = readdirSync(join(path, directory)).filter((name) => name.endsWith('.dmn'))
  const ordered = [...models].sort((a, b) => Number(b === model) - Number(a === model))
  return {
    directory,
    name: file.replace(/\.xml$/, ''),
    models: ordered.map((name) => readFileSync(join(path, directory, name), 'utf8')),
    cases: childrenOf(root, 'testCase').map(readCase),
  }
}

/** All files of cases below the folder of the suite, by level, directory and name. */
export function readFiles(path: string): readonly TckFile[] {
  const levels = readdirSync(path).filter((name) => name.startsWith('compliance-level-'))
  const directories = levels.toSorted().flatMap((level) =>
    readdirSync(join(path, level))
      .toSorted()
      .map((name) => join(level, name)),
  )
  return directories.flatMap((directory) =>
    readdirSync(join(path, directory))
      .filter((name) => name.endsWith('.xml'))
      .toSorted()
      .map((name) => readFile(path, directory, name)),
  )
}
