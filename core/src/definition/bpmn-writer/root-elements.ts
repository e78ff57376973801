/** What events refer to at the top of a file: each is written once, under an id that nothing else has. */
import type { Expression } from '../../model/program.ts'
import type { XmlElement } from '../xml/xml-document.ts'
import { textOf } from './expression-text.ts'
import type { LegalIds } from './legal-ids.ts'
import { type Attributes, extensionElements, xml } from './xml-parts.ts'

export class RootElements {
  readonly ids: LegalIds
  readonly #known = new Map<string, string>()
  readonly #elements: XmlElement[] = []

  constructor(ids: LegalIds) {
    this.ids = ids
  }

  all(): readonly XmlElement[] {
    return this.#elements
  }

  message(name: Expression, correlationKey?: Expression): string {
    const subscription =
      correlationKey === undefined
        ? undefined
        : xml('zeebe:subscription', { correlationKey: textOf(correlationKey) })
    return this.#once('message', { name: textOf(name) }, [extensionElements([subscription])])
  }

  signal(name: Expression): string {
    return this.#once('signal', { name: textOf(name) })
  }

  /** `undefined` for every error or escalation. */
  code(kind: 'error' | 'escalation', code: Expression | undefined): string | undefined {
    if (code === undefined || ('value' in code && code.value === '')) return undefined
    return this.#once(kind, { [`${kind}Code`]: textOf(code) })
  }

  /** An event definition that several places may refer to. */
  eventDefinition(definition: XmlElement): string {
    const { id: _, ...attributes } = Object.fromEntries(definition.attributes)
    const kind = definition.name.slice('bpmn:'.length)
    return this.#once(kind, attributes, definition.children as readonly XmlElement[])
  }

  #once(kind: string, attributes: Attributes, children: readonly (XmlElement | undefined)[] = []): string {
    const key = JSON.stringify([kind, attributes, children], (_, value) =>
      value instanceof Map ? [...value] : value,
    )
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const id = this.ids.make(`${kind}-${this.#elements.length + 1}`)
    this.#known.set(key, id)
    this.#elements.push(xml(`bpmn:${kind}`, { id, ...attributes }, children))
    return id
  }
}
