/** The extensions pass: whatever an element carries beyond the standard is used, refused, or named as ignored. */
import { describe, type Element, elementOf, elementsOf } from './element.ts'
import type { FindingLog } from './finding.ts'
import { quoted } from './quote.ts'

const jobElements = [
  'ServiceTask',
  'SendTask',
  'ScriptTask',
  'BusinessRuleTask',
  'EndEvent',
  'IntermediateThrowEvent',
]

/** Where each extension acts, by local type names of BPMN; `*`: anywhere. */
const usedAt: ReadonlyMap<string, readonly string[]> = new Map([
  ['zeebe:TaskDefinition', jobElements],
  ['zeebe:TaskHeaders', [...jobElements, 'UserTask', 'MultiInstanceLoopCharacteristics']],
  ['zeebe:IoMapping', ['*']],
  ['zeebe:Subscription', ['Message']],
  ['zeebe:PublishMessage', ['SendTask', 'EndEvent', 'IntermediateThrowEvent', 'MessageEventDefinition']],
  ['zeebe:CalledElement', ['CallActivity']],
  ['zeebe:CalledDecision', ['BusinessRuleTask']],
  ['zeebe:Script', ['ScriptTask']],
  ['zeebe:UserTask', ['UserTask']],
  ['zeebe:AssignmentDefinition', ['UserTask']],
  ['zeebe:PriorityDefinition', ['UserTask']],
  ['zeebe:TaskSchedule', ['UserTask']],
  ['zeebe:FormDefinition', ['UserTask', 'StartEvent']],
  ['zeebe:UserTaskForm', ['Process']],
  ['zeebe:VersionTag', ['Process']],
  ['zeebe:ExecutionListeners', ['*']],
  ['zeebe:TaskListeners', ['UserTask']],
  ['zeebe:LoopCharacteristics', ['MultiInstanceLoopCharacteristics']],
  ['zeebe:JobPriorityDefinition', ['Process', ...jobElements, 'MultiInstanceLoopCharacteristics']],
  ['braid:Failure', [...jobElements, 'MultiInstanceLoopCharacteristics']],
  ['braid:Stream', ['MultiInstanceLoopCharacteristics']],
  ['zeebe:AdHoc', ['AdHocSubProcess']],
  ['zeebe:Properties', ['*']],
])

/** Extensions that change what runs in ways that Braid does not. */
const unsupported: ReadonlyMap<string, string> = new Map([['zeebe:LinkedResources', 'linked resources']])

/** Local type; a global task takes what a task of its kind does. */
const taskTypeOf = ({ $type }: Element): string => $type.replace(/^bpmn:(?:Global)?/, '')

function checkExtension(extension: Element, element: Element, log: FindingLog): void {
  const { $type: type } = extension
  const meaning = unsupported.get(type)
  if (meaning !== undefined) {
    log.error('UNSUPPORTED_ELEMENT', element, `${describe(element)} has ${meaning}, which are not supported`)
    return
  }
  const places = usedAt.get(type)
  if (places === undefined && !type.startsWith('zeebe:')) {
    log.warningOnce('IGNORED_EXTENSION', element, `extension elements ${quoted(type)} are ignored`)
    return
  }
  if (places?.includes('*') || places?.includes(taskTypeOf(element))) return
  log.warning('IGNORED_EXTENSION', element, `${quoted(type)} at ${describe(element)} is ignored`)
}

/** Checks one element, without those that it contains. */
export function checkExtensions(element: Element, log: FindingLog): void {
  for (const extension of elementsOf(elementOf(element, 'extensionElements'), 'values')) {
    checkExtension(extension, element, log)
  }
}
