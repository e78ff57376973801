/** A user task begins, and changes: its listeners are asked first, one after the other. */
import type { UserTaskNode } from '../model/program.ts'
import type { TaskVerdict } from './command.ts'
import { raiseIncident } from './incident.ts'
import { completeElement } from './lifecycle.ts'
import { callListener, taskListeners } from './listener.ts'
import type { ElementInstance, UserTaskWait } from './state.ts'
import { emit, nodeOfInstance, type Problem, type Transition } from './transition.ts'
import { asText, evaluateFields, evaluateOptional } from './user-task-fields.ts'
import type { ListenerStep, PendingChange, UserTaskFields } from './wait-event.ts'

export function beginUserTask(tx: Transition, instance: ElementInstance): Problem | undefined {
  const called = ask(tx, instance, { on: 'creating', index: 0 })
  return called === 'none' ? createUserTask(tx, instance, {}) : called
}

/** Asks the listener whose turn it is, if there is a further one. */
const ask = (tx: Transition, owner: ElementInstance, step: ListenerStep): Problem | undefined | 'none' =>
  callListener(tx, owner, taskListeners(nodeOfInstance(tx, owner)), step)

function createUserTask(
  tx: Transition,
  instance: ElementInstance,
  corrections: UserTaskFields,
): Problem | undefined {
  const { task, name } = nodeOfInstance(tx, instance).def as UserTaskNode
  const evaluated = evaluateFields(tx, task, instance.key)
  if (!evaluated.ok) return evaluated.error
  const form = evaluateOptional(tx, task.externalFormReference, instance.key, 'form reference', asText)
  if (!form.ok) return form.error
  const { assignee, ...fields } = { ...evaluated.value, ...corrections }
  const asksFirst = typeof assignee === 'string' && listensTo(tx, instance, 'assigning')
  const key = tx.keys.next()
  emit(tx, {
    type: 'user-task-created',
    key,
    elementInstanceKey: instance.key,
    element: instance.element,
    ...(name === undefined ? {} : { name }),
    ...(task.formId === undefined ? {} : { formId: task.formId }),
    ...(form.value === undefined ? {} : { externalFormReference: form.value }),
    ...(assignee === undefined || asksFirst ? {} : { assignee }),
    ...fields,
  })
  if (!asksFirst) return undefined
  const change = { on: 'assigning', action: 'assign', changes: { assignee } } as const
  return changeUserTask(tx, instance, { kind: 'user-task', key }, change)
}

const listensTo = (tx: Transition, owner: ElementInstance, on: ListenerStep['on']): boolean =>
  taskListeners(nodeOfInstance(tx, owner)).some((listener) => listener.on === on)

/** Makes the change, or has it wait for the listeners that must be asked. */
export function changeUserTask(
  tx: Transition,
  owner: ElementInstance,
  task: UserTaskWait,
  change: PendingChange,
): Problem | undefined {
  if (!listensTo(tx, owner, change.on)) {
    makeChange(tx, owner, task, change)
    return undefined
  }
  emit(tx, { type: 'user-task-change-pending', key: task.key, ...change })
  const called = ask(tx, owner, { on: change.on, index: 0 })
  return called === 'none' ? undefined : called
}

function makeChange(
  tx: Transition,
  owner: ElementInstance,
  { key }: UserTaskWait,
  { on, action, changes, variables }: PendingChange,
): void {
  if (on !== 'completing' || Object.keys(changes).length > 0)
    emit(tx, { type: 'user-task-updated', key, action, ...changes })
  if (on !== 'completing') return
  emit(tx, { type: 'user-task-completed', key, action })
  completeElement(tx, owner, variables ?? {})
}

/** A listener of a user task has done its job. */
export function goOnAfterTaskListener(
  tx: Transition,
  owner: ElementInstance,
  step: ListenerStep,
  verdict: TaskVerdict,
): void {
  const problem =
    step.on === 'creating' ? goOnCreating(tx, owner, step, verdict) : goOnChanging(tx, owner, step, verdict)
  if (problem !== undefined) raiseIncident(tx, owner, 'activate', problem)
}

function goOnCreating(
  tx: Transition,
  owner: ElementInstance,
  step: ListenerStep,
  verdict: TaskVerdict,
): Problem | undefined {
  const corrections = { ...step.corrections, ...verdict.corrections }
  const called = ask(tx, owner, { on: 'creating', index: step.index + 1, corrections })
  return called === 'none' ? createUserTask(tx, owner, corrections) : called
}

function goOnChanging(
  tx: Transition,
  owner: ElementInstance,
  step: ListenerStep,
  { denied, corrections }: TaskVerdict,
): Problem | undefined {
  const task = owner.waits.find((wait) => wait.kind === 'user-task')
  if (task?.pending === undefined) throw new Error(`user task of ${owner.element} is not being changed`)
  if (denied !== undefined) {
    emit(tx, { type: 'user-task-change-denied', key: task.key, reason: denied })
    return undefined
  }
  const changes = { ...task.pending.changes, ...corrections }
  const pending = { ...task.pending, changes }
  if (corrections !== undefined) emit(tx, { type: 'user-task-change-pending', key: task.key, ...pending })
  const called = ask(tx, owner, { on: step.on, index: step.index + 1 })
  if (called !== 'none') return called
  makeChange(tx, owner, task, pending)
  return undefined
}
