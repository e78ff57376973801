/** What an element of a Camunda 7 model says, by the namespaces of its names. */
import { qualify, type XmlElement } from '../xml/xml-document.ts'

export const bpmnNamespace = 'http://www.omg.org/spec/BPMN/20100524/MODEL'
export const camundaNamespace = 'http://camunda.org/schema/1.0/bpmn'
export const zeebeNamespace = 'http://camunda.org/schema/zeebe/1.0'

/** The name without prefix, when it is of that namespace. */
export function localNameIn(namespace: string, element: XmlElement): string | undefined {
  const name = qualify(element.name, element.namespaces, 'element')
  return name.namespace === namespace ? name.local : undefined
}

/** Attributes of that namespace by their names without prefix, with the name as written. */
export function attributesIn(
  namespace: string,
  { attributes, namespaces }: XmlElement,
): ReadonlyMap<string, { readonly written: string; readonly value: string }> {
  return new Map(
    [...attributes].flatMap(([written, value]) => {
      const name = qualify(written, namespaces, 'attribute')
      return name.namespace === namespace ? [[name.local, { written, value }]] : []
    }),
  )
}

/** `bpmn:` for an element that is written as `bpmn:task`, nothing where BPMN is the default namespace. */
export const prefixOf = ({ name }: XmlElement): string => name.slice(0, name.indexOf(':') + 1)
