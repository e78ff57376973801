/** Definitions that must be refused, most of them large. */

const header = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">`
const end = '</bpmn:definitions>'

export const documentOf = (content: string): string => `${header}${content}${end}`

const processOf = (content: string): string =>
  documentOf(`<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>${content}</bpmn:process>`)

const repeat = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join('')

export const manyTasks = (count: number): string =>
  processOf(repeat(count, (index) => `<bpmn:task id="t${index}"/>`))

/** A chain, as an exporter would write it. */
export const manyLinkedTasks = (count: number): string =>
  processOf(
    repeat(
      count,
      (index) =>
        `<bpmn:manualTask id="t${index}"/><bpmn:sequenceFlow id="f${index}" sourceRef="${index === 0 ? 's' : `t${index - 1}`}" targetRef="t${index}"/>`,
    ),
  )

export const nestedSubProcesses = (depth: number): string =>
  processOf(
    `${repeat(depth, (index) => `<bpmn:subProcess id="n${index}">`)}${'</bpmn:subProcess>'.repeat(depth)}`,
  )

export const nestedElements = (depth: number): string => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`

export const manyDanglingFlows = (count: number): string =>
  processOf(
    repeat(count, (index) => `<bpmn:sequenceFlow id="f${index}" sourceRef="s" targetRef="x${index}"/>`),
  )

export const manyEqualIds = (count: number): string => processOf('<bpmn:task id="same"/>'.repeat(count))

export const equalAttributes = (count: number): string =>
  processOf(`<bpmn:task id="t"${' name="1"'.repeat(count)}/>`)

export const manyNamespaces = (count: number): string =>
  processOf(`<bpmn:task id="t"${repeat(count, (index) => ` xmlns:n${index}="urn:${index}"`)}/>`)

export const longId = (length: number): string => processOf(`<bpmn:task id="${'a'.repeat(length)}"/>`)

/** A service task whose input is an expression. */
export const expressionDocument = (source: string): string =>
  processOf(
    `<bpmn:serviceTask id="t"><bpmn:extensionElements><zeebe:taskDefinition type="x"/><zeebe:ioMapping><zeebe:input source="${source}" target="y"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t"/>`,
  )

/** Each entity doubles the one before it. */
export const entityBomb = `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "x">${repeat(
  60,
  (index) => `<!ENTITY e${index + 1} "&e${index};&e${index};">`,
)}]><d>&e60;</d>`

export const externalEntity = `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>${documentOf('&e;')}`

/** Good, for comparison: one user task. */
export const shortProcess = documentOf(
  '<bpmn:process id="short" isExecutable="true"><bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="t"/><bpmn:userTask id="t"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements></bpmn:userTask><bpmn:sequenceFlow id="f2" sourceRef="t" targetRef="e"/><bpmn:endEvent id="e"/></bpmn:process>',
)
