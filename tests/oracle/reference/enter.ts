/** What each kind of element does when a token reaches it (BPMN 2.0.2 §13.3–13.5). */
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Event } from '@braid/core/engine/event.ts'
import type { CallSpec, Node, Trigger } from '@braid/core/model/program.ts'
import { enterAdHoc } from './ad-hoc.ts'
import { arm, armBoundary, armEventSubProcesses } from './armings.ts'
import { handlerOf } from './compensation.ts'
import { runEffect } from './effects.ts'
import { openJob, openWait } from './jobs.ts'
import { askListeners } from './listeners.ts'
import type { Living } from './living.ts'
import { enterLoop } from './loops.ts'
import type { Machine } from './machine.ts'
import { chooseRoute } from './routes.ts'
import { evaluate, holderOf, merge, set } from './variables.ts'

export function enter(machine: Machine, living: Living): void {
  const tell = (variables: JsonObject, then: () => void): void => set(machine, living, variables, then)
  askListeners(machine, living, 'start', tell, () => enterItself(machine, living))
}

function enterItself(machine: Machine, living: Living): void {
  armBoundary(machine, living)
  if (living.node.type === 'loop') {
    enterLoop(machine, living, living.node)
    return
  }
  begin(machine, living, living.node)
}

function begin(machine: Machine, living: Living, node: Exclude<Node, { readonly type: 'loop' }>): void {
  switch (node.type) {
    case 'process':
    case 'sub-process':
    case 'event-sub-process':
      armEventSubProcesses(machine, living)
      if (node.type !== 'process') for (const id of node.starts) machine.activate(id, living)
      return
    case 'ad-hoc-sub-process':
      armEventSubProcesses(machine, living)
      enterAdHoc(machine, living, node)
      return
    case 'job-task':
      openJob(machine, living, node.job, (variables) => finishWith(machine, living, variables))
      return
    case 'user-task':
      openWait(
        machine,
        living,
        'user-task',
        (event) => event.type === 'user-task-created',
        (variables) => finishWith(machine, living, variables),
      )
      return
    case 'call-activity':
      openCall(machine, living, node.call)
      return
    case 'receive-task':
    case 'catch-event':
      catchEvent(machine, living, node.trigger)
      return
    case 'expression-task':
      computeResult(machine, living, node)
      return
    case 'send-task':
    case 'throw-event':
      runEffect(machine, living, node.effect, () => machine.complete(living))
      return
    case 'event-based-gateway':
      race(machine, living)
      return
    case 'pass-task':
    case 'start-event':
    case 'boundary-event':
    case 'exclusive-gateway':
    case 'parallel-gateway':
    case 'inclusive-gateway':
    case 'complex-gateway':
      machine.complete(living)
      return
  }
}

/** What somebody outside gives goes to the variables, and the element completes. */
export function finishWith(machine: Machine, living: Living, variables: JsonObject): void {
  living.phase = 'leaving'
  living.results = variables
  // What undoes something has the data of what it undoes; its own results go outwards.
  const from = living.role === 'handler' ? (living.scope ?? living) : living
  const isKept = living.role !== 'handler' && !living.undoes && handlerOf(machine, living) !== undefined
  const keep = (): void => set(machine, living, isKept ? variables : {}, () => machine.complete(living))
  merge(machine, from, variables, keep, living)
}

function openCall(machine: Machine, living: Living, { processId }: CallSpec): void {
  const isIt = (event: Event): boolean =>
    event.type === 'call-started' && event.processId === evaluate(machine, processId, living)
  openWait(machine, living, 'call', isIt, (variables) => finishWith(machine, living, variables))
}

function catchEvent(machine: Machine, living: Living, trigger: Trigger): void {
  arm(machine, living, living.node.id, trigger, {
    once: true,
    fire: (payload) => finishWith(machine, living, payload),
  })
}

function computeResult(
  machine: Machine,
  living: Living,
  { expression, resultVariable }: Extract<Node, { readonly type: 'expression-task' }>,
): void {
  const holder = (): Living => holderOf(living, resultVariable) ?? (machine.root as Living)
  const result = (): JsonObject => ({ [resultVariable]: evaluate(machine, expression, living) })
  machine.expect({
    owner: living,
    says: `${living.node.id} sets ${resultVariable}`,
    isIt: (event) =>
      event.type === 'variables-set' &&
      event.scope === holder().key &&
      isDeepStrictEqual({ ...event.variables }, result()),
    happen: () => {
      living.results = result()
      machine.setVariables(holder(), living.results)
      machine.complete(living)
    },
  })
}

/** The first of the events behind the gateway decides where the token goes; it has occurred when the token gets there. */
function race(machine: Machine, gateway: Living): void {
  const { scope } = gateway
  if (scope === undefined) return
  for (const flow of gateway.node.outgoing) {
    const event = machine.node(machine.flow(flow).target)
    if (!('trigger' in event)) continue
    arm(machine, gateway, event.id, event.trigger, {
      once: true,
      fire: (payload) => {
        for (const wait of gateway.waits.values()) wait.closing = 'must'
        chooseRoute(machine, gateway, event.id)
        gateway.afterwards = () => machine.takeFlows(gateway, (event) => finishWith(machine, event, payload))
        machine.complete(gateway)
      },
    })
  }
}

/** Does again what an incident stopped: the waits of the first attempt are closed. */
export function enterAgain(machine: Machine, living: Living): void {
  for (const wait of living.waits.values()) wait.closing = 'must'
  delete living.isEnding
  enter(machine, living)
}
