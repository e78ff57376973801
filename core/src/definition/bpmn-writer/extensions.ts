/** What nodes carry beyond the standard, as extension elements. */
import type { CallSpec, JobSpec, Listener, Mapping, UserTaskSpec } from '../../model/program.ts'
import type { XmlElement } from '../xml/xml-document.ts'
import { listTextOf, numberOrTextOf, textOf } from './expression-text.ts'
import { type Attributes, xml } from './xml-parts.ts'

/** `undefined` without any attribute. */
function ifAny(name: string, attributes: Attributes): XmlElement | undefined {
  return Object.values(attributes).some((value) => value !== undefined) ? xml(name, attributes) : undefined
}

function headersElement(headers: Readonly<Record<string, string>>): XmlElement | undefined {
  const entries = Object.entries(headers)
  if (entries.length === 0) return undefined
  return xml(
    'zeebe:taskHeaders',
    {},
    entries.map(([key, value]) => xml('zeebe:header', { key, value })),
  )
}

const priorityElement = ({ priority }: JobSpec): XmlElement | undefined =>
  ifAny('zeebe:jobPriorityDefinition', { priority: priority && numberOrTextOf(priority) })

const failureElement = ({ failureCode }: JobSpec): XmlElement | undefined =>
  ifAny('braid:failure', { errorCode: failureCode })

export const jobExtensions = (job: JobSpec): readonly (XmlElement | undefined)[] => [
  xml('zeebe:taskDefinition', { type: textOf(job.type), retries: numberOrTextOf(job.retries) }),
  headersElement(job.headers),
  priorityElement(job),
  failureElement(job),
]

export const streamExtensions = (job: JobSpec): readonly (XmlElement | undefined)[] => [
  xml('braid:stream', { type: textOf(job.type), retries: numberOrTextOf(job.retries) }),
  headersElement(job.headers),
  priorityElement(job),
  failureElement(job),
]

export function mappingExtension(
  inputs: readonly Mapping[],
  outputs: readonly Mapping[],
): XmlElement | undefined {
  if (inputs.length === 0 && outputs.length === 0) return undefined
  const write = (name: string) => (mapping: Mapping) =>
    xml(name, { source: textOf(mapping.source), target: mapping.target })
  return xml('zeebe:ioMapping', {}, [
    ...inputs.map(write('zeebe:input')),
    ...outputs.map(write('zeebe:output')),
  ])
}

export function listenersExtension(
  of: 'execution' | 'task',
  listeners: readonly Listener<string>[] = [],
): XmlElement | undefined {
  if (listeners.length === 0) return undefined
  const write = ({ on, job }: Listener<string>): XmlElement =>
    xml(
      `zeebe:${of}Listener`,
      { eventType: on, type: textOf(job.type), retries: numberOrTextOf(job.retries) },
      [headersElement(job.headers)],
    )
  return xml(`zeebe:${of}Listeners`, {}, listeners.map(write))
}

export const userTaskExtensions = (task: UserTaskSpec): readonly (XmlElement | undefined)[] => [
  xml('zeebe:userTask'),
  ifAny('zeebe:assignmentDefinition', {
    assignee: task.assignee && textOf(task.assignee),
    candidateUsers: task.candidateUsers && listTextOf(task.candidateUsers),
    candidateGroups: task.candidateGroups && listTextOf(task.candidateGroups),
  }),
  ifAny('zeebe:taskSchedule', {
    dueDate: task.dueDate && textOf(task.dueDate),
    followUpDate: task.followUpDate && textOf(task.followUpDate),
  }),
  ifAny('zeebe:priorityDefinition', { priority: task.priority && numberOrTextOf(task.priority) }),
  ifAny('zeebe:formDefinition', {
    formId: task.formId,
    bindingType: task.formBinding,
    versionTag: task.formVersionTag,
    externalReference: task.externalFormReference && textOf(task.externalFormReference),
  }),
  headersElement(task.headers),
  listenersExtension('task', task.listeners),
]

export const callExtension = (call: CallSpec): XmlElement =>
  xml('zeebe:calledElement', {
    processId: textOf(call.processId),
    bindingType: call.binding,
    versionTag: call.versionTag,
    propagateAllChildVariables: call.propagateAllChildVariables,
    propagateAllParentVariables: call.propagateAllParentVariables,
  })
