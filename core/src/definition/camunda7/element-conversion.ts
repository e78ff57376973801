/**
 * One element on its way from Camunda 7 to Camunda 8. Whatever it carries in the namespace of Camunda 7 is taken by
 * somebody who knows what becomes of it; what nobody takes is refused, so that nothing is left out in silence.
 */

import type { Result } from '../../base/result.ts'
import type { FindingCode } from '../bpmn/finding.ts'
import { elementsIn, type XmlElement } from '../xml/xml-document.ts'
import type { Names } from './juel/feel.ts'
import type { JuelFlaw } from './juel/syntax.ts'
import { isTemplate, translateText, translateToFeel } from './juel/translate.ts'
import { attributesIn, camundaNamespace, localNameIn, zeebeNamespace } from './namespaces.ts'

export type ConversionEntry = {
  /** Of the element, or of the nearest one around it that has an id. */
  readonly elementId?: string
  /** `serviceTask`; of the element that has the id. */
  readonly elementType: string
  /** `differs`: translated, but not quite the same; `message` says how. */
  readonly outcome: 'translated' | 'differs' | 'ignored' | 'refused'
  /** As in the file: `camunda:topic="pay"`. */
  readonly from: string
  /** What it becomes: `zeebe:taskDefinition type="pay"`. */
  readonly to?: string
  /** Why, and what to write instead. */
  readonly message?: string
  /** Of the finding when it is refused. */
  readonly code?: FindingCode
}

/** Whom entries are about. */
export type Owner = Pick<ConversionEntry, 'elementId' | 'elementType'>

/** What is the same for a whole file. */
export type FileContext = {
  /** Prefix of the namespace of Camunda 8, with its colon. */
  readonly zeebe: string
  /** Whether the file is of Camunda 7, so that what it does not say has the defaults of Camunda 7. */
  readonly isCamunda7: boolean
  /** Constant codes of errors and escalations by their ids. */
  readonly codes: ReadonlyMap<string, string>
}

/** Names that expressions outside of loop conditions see otherwise: Camunda 7 counts runs from 0. */
export const namesInActivities: Names = new Map([
  ['loopCounter', '(loopCounter - 1)'],
  ['nrOfInstances', undefined],
  ['nrOfActiveInstances', undefined],
  ['nrOfCompletedInstances', undefined],
])

export const namesInLoops: Names = new Map([
  ['loopCounter', '(loopCounter - 1)'],
  ['nrOfInstances', 'numberOfInstances'],
  ['nrOfActiveInstances', 'numberOfActiveInstances'],
  ['nrOfCompletedInstances', 'numberOfCompletedInstances'],
])

type Attributes = Readonly<Record<string, string | undefined>>

const shown = (name: string, attributes: ReadonlyMap<string, string>): string =>
  [name, ...[...attributes].map(([key, value]) => `${key}="${value}"`)].join(' ')

export class ElementConversion {
  readonly element: XmlElement
  /** Local name: `serviceTask`. */
  readonly type: string
  readonly file: FileContext
  readonly entries: ConversionEntry[] = []
  readonly #owner: Owner
  readonly #attributes: Map<string, { readonly written: string; readonly value: string }>
  #extensions: readonly XmlElement[]
  readonly #added: XmlElement[] = []
  readonly #inputs: XmlElement[] = []
  readonly #outputs: XmlElement[] = []
  /** Attributes of the standard with another value; `undefined`: gone. */
  readonly changed = new Map<string, string | undefined>()

  constructor(
    element: XmlElement,
    extensions: readonly XmlElement[],
    { type, owner, file }: { readonly type: string; readonly owner: Owner; readonly file: FileContext },
  ) {
    this.element = element
    this.type = type
    this.file = file
    this.#owner = owner
    this.#attributes = new Map(attributesIn(camundaNamespace, element))
    this.#extensions = extensions
  }

  /** An attribute of Camunda 7. */
  take(name: string): string | undefined {
    const value = this.#attributes.get(name)?.value
    this.#attributes.delete(name)
    return value
  }

  has(name: string): boolean {
    return this.#attributes.has(name)
  }

  hasElements(name: string): boolean {
    return this.#extensions.some((element) => localNameIn(camundaNamespace, element) === name)
  }

  /** Extension elements of Camunda 7 with that name. */
  takeElements(name: string): readonly XmlElement[] {
    const isTaken = (element: XmlElement): boolean => localNameIn(camundaNamespace, element) === name
    const taken = this.#extensions.filter(isTaken)
    this.#extensions = this.#extensions.filter((element) => !isTaken(element))
    return taken
  }

  /** A text as an attribute of Camunda 8; `undefined` after a refusal. */
  text(text: string, from: string): string | undefined {
    return this.#translation(translateText(text, namesInActivities), text, from)
  }

  /** FEEL without a leading `=`; a text without any expression is a constant. */
  feel(text: string, from: string, names: Names = namesInActivities): string | undefined {
    return this.#translation(translateToFeel(text, names), text, from)
  }

  #translation(result: Result<string, JuelFlaw>, text: string, from: string): string | undefined {
    if (result.ok) {
      if (isTemplate(text)) this.translated(`${from}: ${text.trim()}`, result.value)
      return result.value
    }
    const { kind, message, at } = result.error
    const code = kind === 'syntax' ? 'INVALID_EXPRESSION' : 'UNSUPPORTED_EXPRESSION'
    this.refused(`${from}: ${text.trim()}`, `${message} (at character ${at + 1})`, code)
    return undefined
  }

  /** An extension element of Camunda 8. Attributes that are `undefined` are left out. */
  make(name: string, attributes: Attributes, children: readonly XmlElement[] = []): XmlElement {
    return {
      kind: 'element',
      name: `${this.file.zeebe}${name}`,
      attributes: new Map(
        Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
      ),
      namespaces: this.element.namespaces,
      children,
    }
  }

  /** Adds an extension element of Camunda 8 for what `from` says. */
  extend(from: string, name: string, attributes: Attributes, children: readonly XmlElement[] = []): void {
    const added = this.make(name, attributes, children)
    this.#added.push(added)
    this.translated(from, shown(`zeebe:${name}`, added.attributes))
  }

  /** Adds a mapping; all of them together are one extension element. */
  map(from: string, side: 'input' | 'output', source: string, target: string): void {
    const mapping = this.make(side, { source, target })
    const mappings = side === 'input' ? this.#inputs : this.#outputs
    mappings.push(mapping)
    this.translated(from, shown(`zeebe:${side}`, mapping.attributes))
  }

  translated(from: string, to: string): void {
    this.#note({ outcome: 'translated', from, to })
  }

  differs(from: string, message: string): void {
    this.#note({ outcome: 'differs', from, message })
  }

  ignored(from: string, message: string): void {
    this.#note({ outcome: 'ignored', from, message })
  }

  refused(from: string, message: string, code: FindingCode = 'CAMUNDA_7_EXTENSION'): void {
    this.#note({ outcome: 'refused', from, message, code })
  }

  #note(entry: Omit<ConversionEntry, 'elementId' | 'elementType'>): void {
    this.entries.push({ ...this.#owner, ...entry })
  }

  /** What nobody took. */
  rest(): { readonly attributes: readonly string[]; readonly elements: readonly XmlElement[] } {
    return { attributes: [...this.#attributes.keys()], elements: this.#extensions }
  }

  /** Extension elements of Camunda 8 that were added, beside those that the file had. */
  additions(present: readonly XmlElement[]): readonly XmlElement[] {
    const mappings = [...this.#inputs, ...this.#outputs]
    const all = [...this.#added, ...(mappings.length === 0 ? [] : [this.make('ioMapping', {}, mappings)])]
    const names = new Set(present.map((element) => localNameIn(zeebeNamespace, element)))
    for (const { name } of all) {
      const local = name.slice(this.file.zeebe.length)
      if (names.has(local))
        this.refused(`zeebe:${local}`, 'the element says the same for Camunda 7; keep one of both')
    }
    return all
  }
}

/** Texts of an element as a person would write them, for `from`. */
export const attributeText = (name: string, value: string): string => `camunda:${name}="${value}"`

export const childrenOf = (element: XmlElement, local: string): readonly XmlElement[] =>
  elementsIn(element).filter((child) => localNameIn(camundaNamespace, child) === local)
