/** The parts of a BPMN file that dialogs offer, read in the browser. */

const bpmn = 'http://www.omg.org/spec/BPMN/20100524/MODEL'

export function processOf(xml: string, processId: string): Element | undefined {
  const document = new DOMParser().parseFromString(xml, 'application/xml')
  const processes = [...document.getElementsByTagNameNS(bpmn, 'process')]
  return processes.find((element) => element.getAttribute('id') === processId)
}

export const childrenOf = (element: Element, isWanted: (localName: string) => boolean): readonly Element[] =>
  [...element.children].filter((child) => child.namespaceURI === bpmn && isWanted(child.localName))

export const idOf = (element: Element): string => element.getAttribute('id') ?? ''
export const nameOf = (element: Element): string => element.getAttribute('name')?.trim() || idOf(element)

export type ModelElement = {
  readonly id: string
  readonly name: string
  /** In words: "user task". */
  readonly kind: string
}

const flowNode = /^(task|transaction|callActivity|subProcess|adHocSubProcess|.*(Task|Event|Gateway))$/

const inWords = (localName: string): string => localName.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

/** Everything where a token can be, sub-processes before what is inside them. */
export function elementsOf(xml: string, processId: string): readonly ModelElement[] {
  const inside = (scope: Element): readonly ModelElement[] =>
    childrenOf(scope, (name) => flowNode.test(name)).flatMap((element) => [
      { id: idOf(element), name: nameOf(element), kind: inWords(element.localName) },
      ...inside(element),
    ])
  const process = processOf(xml, processId)
  return process === undefined ? [] : inside(process)
}
