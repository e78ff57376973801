/** Small BPMN files for tests. */

/** A file with one process: its elements by tag, and flows written `a -> b`. */
export const processXml = (id: string, elements: string, ...flows: readonly string[]): string =>
  `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    targetNamespace="urn:braid:test"><process id="${id}" isExecutable="true">${elements}${flows.map(flowXml).join('')}
    </process></definitions>`

export function flowXml(flow: string): string {
  const [source = '', target = ''] = flow.split(' -> ')
  return `<sequenceFlow id="${source}-${target}" sourceRef="${source}" targetRef="${target}" />`
}

export const serviceTask = (id: string): string =>
  `<serviceTask id="${id}"><extensionElements><zeebe:taskDefinition type="${id}" /></extensionElements></serviceTask>`
