/// <reference path="../../../core/src/definition/bpmn/bpmn-moddle.d.ts" />
/// <reference path="./bpmn-moddle-write.d.ts" />
/** A BPMN file as a tree that can be changed and written again. */
import { BpmnModdle } from 'bpmn-moddle'
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json' with { type: 'json' }

export type Element = { readonly $type: string; id: string; $parent?: Element; [property: string]: unknown }

const moddle = new BpmnModdle({ zeebe }, { nsMap: {} })

export const create = (type: string, properties: Readonly<Record<string, unknown>> = {}): Element =>
  moddle.create(type, properties) as Element

export const listOf = (element: Element | undefined, property: string): Element[] => {
  const value = element?.[property]
  return Array.isArray(value) ? (value as Element[]) : []
}

export const oneOf = (element: Element | undefined, property: string): Element | undefined =>
  element?.[property] as Element | undefined

/** Adds to a list property, and says so to the child. */
export function append(parent: Element, property: string, child: Element): Element {
  parent[property] = [...listOf(parent, property), child]
  child.$parent = parent
  return child
}

export async function readModel(xml: string): Promise<Element> {
  const { rootElement } = await moddle.fromXML(xml)
  return rootElement as Element
}

export async function writeModel(definitions: Element): Promise<string> {
  const { xml } = await moddle.toXML(definitions)
  return xml
}

/** Everything that tokens meet in a process or sub-process, at every depth. */
export function flowElementsOf(scope: Element): Element[] {
  return listOf(scope, 'flowElements').flatMap((element) => [element, ...flowElementsOf(element)])
}

export const processesOf = (definitions: Element): Element[] =>
  listOf(definitions, 'rootElements').filter(({ $type }) => $type === 'bpmn:Process')

/** Puts an element of another type in the place of `element`, with the same properties and references to it. */
export function retype(element: Element, type: string): Element {
  const { $type: _, $parent: parent, ...properties } = element
  const made = create(type, { ...properties, id: element.id })
  if (parent === undefined) throw new Error(`${element.id} is in no scope`)
  made.$parent = parent
  const siblings = listOf(parent, 'flowElements')
  parent.flowElements = siblings.map((sibling) => (sibling === element ? made : sibling))
  for (const sibling of siblings) {
    for (const reference of ['sourceRef', 'targetRef', 'attachedToRef']) {
      if (sibling[reference] === element) sibling[reference] = made
    }
  }
  return made
}
