/** All files of a compilation as far as references need to know them. */
import type { ElementReference } from '../../model/decision-model.ts'
import { quoted } from '../bpmn/quote.ts'
import { attributeOf, childrenOf, kindInWords, nameOf } from './element.ts'
import type { FindingLog } from './finding.ts'
import type { Element } from './tree.ts'

export type RequirableKind = 'inputData' | 'decision' | 'businessKnowledgeModel' | 'decisionService'

const requirable: readonly RequirableKind[] = [
  'inputData',
  'decision',
  'businessKnowledgeModel',
  'decisionService',
]

/** One file: its namespace, and the kinds of the elements that can be required, by id. */
export type Shelf = { readonly namespace: string; readonly kinds: ReadonlyMap<string, string> }

/** The id of an element that can be required. Its name serves where it has none; references need one. */
export const idOf = (element: Element): string => element.id ?? nameOf(element)

export function shelfOf(definitions: Element, log: FindingLog): Shelf {
  const kinds = new Map<string, string>()
  const names = new Set<string>()
  for (const element of childrenOf(definitions, ...requirable)) {
    const [id, name] = [idOf(element), nameOf(element)]
    if (name === '')
      log.error('MISSING_NAME', element, `expected a name for this ${kindInWords(element.name)}`)
    if (kinds.has(id)) log.error('DUPLICATE_ID', element, `expected every id once, got ${quoted(id)} again`)
    else if (names.has(name)) {
      log.error('DUPLICATE_NAME', element, `expected every name once in a file, got ${quoted(name)} again`)
    }
    kinds.set(id, element.name)
    names.add(name)
  }
  const types = new Set<string>()
  for (const element of childrenOf(definitions, 'itemDefinition')) {
    const name = nameOf(element)
    if (types.has(name)) {
      log.error('DUPLICATE_NAME', element, `expected every type once in a file, got ${quoted(name)} again`)
    }
    types.add(name)
  }
  return { namespace: attributeOf(definitions, 'namespace') ?? '', kinds }
}

/** Follows references of one file into all files. */
export class References {
  readonly #shelves: readonly Shelf[]
  readonly #file: number
  readonly #log: FindingLog

  constructor(shelves: readonly Shelf[], file: number, log: FindingLog) {
    this.#shelves = shelves
    this.#file = file
    this.#log = log
  }

  /** What the `href` of these elements names, without those that name nothing. */
  all(elements: readonly Element[], kinds: readonly RequirableKind[]): readonly ElementReference[] {
    return elements.flatMap((element) => this.#follow(element, kinds) ?? [])
  }

  /** `#id` in this file, or `namespace#id`. */
  #follow(element: Element, kinds: readonly RequirableKind[]): ElementReference | undefined {
    const href = attributeOf(element, 'href') ?? ''
    const hash = href.indexOf('#')
    const namespace = href.slice(0, Math.max(hash, 0))
    const id = href.slice(hash + 1)
    const own = this.#shelves[this.#file]
    const isOwn = namespace === '' || (namespace === own?.namespace && own.kinds.has(id))
    const file = isOwn
      ? this.#file
      : this.#shelves.findIndex((shelf) => shelf.namespace === namespace && shelf.kinds.has(id))
    const kind = this.#shelves[file]?.kinds.get(id)
    if (kind !== undefined && kinds.some((expected) => expected === kind)) return { file, id }
    const expected = kinds.map(kindInWords).join(' or ')
    const got = kind === undefined ? 'which the files do not contain' : `which is a ${kindInWords(kind)}`
    this.#log.error(
      'DANGLING_REFERENCE',
      element,
      `expected the id of a ${expected}, got ${quoted(href)}, ${got}`,
    )
    return undefined
  }
}
