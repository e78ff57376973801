/** The processes under test. */

const jobType = 'bench'

const header = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="bench">`

const task = (id: string): string =>
  `<bpmn:serviceTask id="${id}"><bpmn:extensionElements><zeebe:taskDefinition type="${jobType}" /></bpmn:extensionElements></bpmn:serviceTask>`

const flow = (source: string, target: string): string =>
  `<bpmn:sequenceFlow id="${source}-${target}" sourceRef="${source}" targetRef="${target}" />`

const wrap = (processId: string, content: readonly string[]): string =>
  `${header}<bpmn:process id="${processId}" isExecutable="true">${content.join('')}</bpmn:process></bpmn:definitions>`

/** Service tasks one after another. */
export function sequenceXml(length: number): string {
  const tasks = Array.from({ length }, (_, index) => `task${index}`)
  const path = ['start', ...tasks, 'end']
  return wrap(`sequence${length}`, [
    '<bpmn:startEvent id="start" />',
    ...tasks.map(task),
    '<bpmn:endEvent id="end" />',
    ...path.slice(1).map((target, index) => flow(path[index] ?? '', target)),
  ])
}

/** Service tasks side by side, then a join. */
export function fanOutXml(width: number): string {
  const tasks = Array.from({ length: width }, (_, index) => `task${index}`)
  return wrap('fanOut', [
    '<bpmn:startEvent id="start" /><bpmn:parallelGateway id="fork" /><bpmn:parallelGateway id="join" /><bpmn:endEvent id="end" />',
    ...tasks.map(task),
    flow('start', 'fork'),
    ...tasks.flatMap((id) => [flow('fork', id), flow(id, 'join')]),
    flow('join', 'end'),
  ])
}

export { jobType }
