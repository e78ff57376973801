/**
 * The reference interpreter: BPMN 2.0.2 §13 as a multiset of tokens. It says what may happen next, and what is left to
 * happen when a command ends; which of the possible things happens first is the engine's choice.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { CreateInstance } from '@braid/core/engine/command.ts'
import type { Event, EventOf, EventType } from '@braid/core/engine/event.ts'
import type { ElementId, Flow, FlowId, Node, Program } from '@braid/core/model/program.ts'
import { adHocGoesOn, adHocIsQuiet } from './ad-hoc.ts'
import { notifyParent } from './catching.ts'
import { recordCompletion } from './compensation.ts'
import { conditionsChanged } from './conditions.ts'
import { enter } from './enter.ts'
import { fireJoin, joins, readyJoins, resetGateway, waysOutOf } from './joins.ts'
import { askListeners, hasListeners } from './listeners.ts'
import { Disagreement, type Living, type Step, type Wait } from './living.ts'
import { runCompleted } from './loops.ts'
import { routesOf } from './routes.ts'
import { merge } from './variables.ts'

export type ActivateOptions = {
  readonly role?: Living['role']
  readonly index?: number
  readonly variables?: JsonObject
  readonly afterwards?: () => void
  readonly enter?: (living: Living) => void
  /** Of an event sub-process: the event that started it. */
  readonly start?: ElementId
  /** A run: the activity inside of the loop. */
  readonly node?: Node
}

/** Not looked at, or looked at with what they belong to. */
const unseen = new Set<EventType>([
  'jobs-published',
  'user-task-updated',
  'elements-enabled',
  'gateway-fired',
  'trigger-matched',
])

const closings = new Set<EventType>([
  'job-canceled',
  'user-task-canceled',
  'timer-canceled',
  'subscription-closed',
  'call-canceled',
  'condition-dropped',
  'activation-dropped',
])

export class Machine {
  readonly nodes: ReadonlyMap<ElementId, Node>
  readonly flows: ReadonlyMap<FlowId, Flow>
  readonly processId: ElementId
  readonly living = new Map<Key, Living>()
  readonly waits = new Map<Key, Wait>()
  created: CreateInstance | undefined
  /** What the engine said of variables. */
  readonly claimed = new Map<Key, JsonObject>()
  steps: Step[] = []
  /** Who goes on once some steps have happened, or can't any more. */
  #pending: { readonly owner: Living; readonly after: readonly Step[]; readonly then: () => void }[] = []
  root: Living | undefined
  now: Instant = 0
  completions = 0

  constructor(program: Program) {
    this.processId = program.processId
    this.nodes = new Map(program.nodes.map((node) => [node.id, node]))
    this.flows = new Map(program.flows.map((flow) => [flow.id, flow]))
  }

  node(id: ElementId): Node {
    const node = this.nodes.get(id)
    if (node === undefined) throw new Error(`the program has no element ${id}`)
    return node
  }

  flow(id: FlowId): Flow {
    const flow = this.flows.get(id)
    if (flow === undefined) throw new Error(`the program has no flow ${id}`)
    return flow
  }

  expect(step: Step): void {
    this.steps.push(step)
  }

  /** Goes on once the steps have happened, or can't any more, unless the owner ends before. */
  goOnAfter(owner: Living, after: readonly Step[], then: () => void): void {
    if (after.length === 0) then()
    else this.#pending.push({ owner, after, then })
  }

  /** What may happen next, in words. */
  legal(): readonly string[] {
    const ready = [...this.living.values()].flatMap((scope) => readyJoins(this, scope))
    return [
      ...this.steps.map(({ says, optional }) => (optional ? `(${says})` : says)),
      ...ready.map((id) => `${id} joins`),
    ]
  }

  /** The engine says that these things happened, in this order. */
  accept(events: readonly Event[]): void {
    for (const [at, event] of events.entries()) {
      if (event.type === 'variables-set') this.#claim(event)
      this.#take(event, () => events.slice(at + 1))
      this.#settle()
    }
  }

  #take(event: Event, following: () => readonly Event[]): void {
    const at = this.#stepOf(event, following)
    if (at >= 0) {
      const [step] = this.steps.splice(at, 1)
      step?.happen(event)
      return
    }
    if (this.#acceptAnyTime(event)) return
    const hidden = this.#hiddenStep(event)
    if (hidden === undefined) {
      throw new Disagreement(
        `${JSON.stringify(event)} may not happen now, but ${this.legal().join(', ') || 'nothing'}`,
      )
    }
    this.steps.splice(this.steps.indexOf(hidden), 1)
    hidden.happen(event)
    this.#take(event, following)
  }

  /** Of what may show by the event the innermost: what is around it can still end all of it. */
  #hiddenStep(event: Event): Step | undefined {
    const depth = ({ owner, optional }: Step): number => {
      let levels = optional === true ? -100 : 0
      for (let at: Living | undefined = owner; at !== undefined; at = at.scope) levels += 1
      return levels
    }
    const [innermost] = this.steps
      .filter(({ mayShowBy }) => mayShowBy?.(event) === true)
      .toSorted((a, b) => depth(b) - depth(a))
    return innermost
  }

  /** Messages and signals don't say who sent them: of several who may have, the one of whom something is seen next. */
  #stepOf(event: Event, following: () => readonly Event[]): number {
    const first = this.steps.findIndex((step) => step.isIt(event))
    if (first < 0 || (event.type !== 'signal-broadcast' && event.type !== 'message-published')) return first
    const possible = this.steps.filter((step) => step.isIt(event))
    if (possible.length === 1) return first
    const rest = following()
    const seenAt = ({ owner }: Step): number => {
      const isSeen = (next: Event): boolean =>
        next.type === 'error-caught'
          ? next.thrownBy === owner.key
          : next.type !== 'element-terminated' &&
            (('key' in next && next.key === owner.key) ||
              ('elementInstanceKey' in next && next.elementInstanceKey === owner.key))
      const isInside = (next: Event): boolean =>
        (next.type === 'element-activated' && next.scope === owner.key) ||
        ('key' in next && this.living.get(next.key)?.scope === owner)
      const index = rest.findIndex((next) => isSeen(next) || isInside(next))
      return index < 0 ? rest.length : index
    }
    const [soonest] = possible.toSorted((a, b) => seenAt(a) - seenAt(b))
    return soonest === undefined ? first : this.steps.indexOf(soonest)
  }

  /** The command has no more to say: nothing that had to happen is left. */
  end(): void {
    const left = this.steps.filter(({ optional }) => optional !== true).map(({ says }) => says)
    for (const living of this.living.values()) {
      if (living.phase !== 'active') left.push(`the end of ${living.node.id}`)
      left.push(...readyJoins(this, living).map((id) => `${id} joins`))
      if (living.dropsTokens && living.tokens.size > 0) left.push(`tokens of ${living.node.id} are dropped`)
    }
    for (const [key, { closing, element }] of this.waits)
      if (closing === 'must') left.push(`wait ${key} at ${element} is closed`)
    if (left.length > 0)
      throw new Disagreement(`the command ended, but there was still to come: ${left.join(', ')}`)
    this.steps = []
    for (const wait of this.waits.values()) delete wait.closing
    this.#compareVariables()
  }

  activate(id: ElementId, scope: Living, options: ActivateOptions = {}): void {
    const role = options.role ?? 'plain'
    this.expect({
      owner: scope,
      inside: true,
      leadsTo: waysOutOf(this, this.node(id)),
      says: `${id} is activated in ${scope.node.id}`,
      isIt: (event) =>
        event.type === 'element-activated' &&
        event.element === id &&
        event.scope === scope.key &&
        event.consumed === undefined &&
        event.role === (role === 'undo' || role === 'handler' ? role : undefined) &&
        (options.index === undefined || event.index === options.index) &&
        (options.start === undefined || event.start === undefined || event.start === options.start),
      happen: (event) =>
        this.appear(
          (event as EventOf<'element-activated'>).key,
          options.node ?? this.node(id),
          scope,
          options,
        ),
    })
  }

  /** An element is there now. */
  appear(key: Key, node: Node, scope: Living | undefined, options: ActivateOptions = {}): Living {
    if (this.living.has(key)) throw new Disagreement(`${node.id} ${key} was activated twice`)
    const role = options.role ?? (node.type === 'loop' ? 'body' : 'plain')
    const living: Living = {
      key,
      node,
      role,
      scope,
      children: new Set(),
      tokens: new Map(),
      waits: new Map(),
      incidents: new Map(),
      variables: { ...options.variables },
      phase: 'active',
      interrupted: false,
      dropsTokens: false,
      records: [],
      undoing: [],
      undoes: scope?.undoes === true || role === 'undo' || role === 'handler' || isCompensating(this, node),
      results: {},
      rounds: new Map(),
      forgotten: new Set(),
      ...(options.index === undefined ? {} : { index: options.index }),
      ...(options.afterwards === undefined ? {} : { afterwards: options.afterwards }),
    }
    this.living.set(key, living)
    scope?.children.add(living)
    if (options.enter === undefined) enter(this, living)
    else options.enter(living)
    return living
  }

  /** It has done what it does. What it waits for is closed, then it completes. */
  complete(living: Living): void {
    if (hasListeners(living, 'end') && living.isEnding === undefined) {
      living.isEnding = true
      living.phase = 'active'
      const tell = (variables: JsonObject, then: () => void): void => merge(this, living, variables, then)
      askListeners(this, living, 'end', tell, () => this.complete(living))
      return
    }
    living.phase = 'leaving'
    for (const step of this.steps)
      if (step.owner === living && !step.inside && !step.ends) step.optional = true
    const { key, node } = living
    this.expect({
      owner: living,
      ends: true,
      says: `${node.id} completes`,
      isIt: (event) =>
        event.type === 'element-completed' &&
        event.key === key &&
        this.#mayEnd(living) &&
        routesOf(this, living) !== undefined,
      happen: (event) => this.#finish(living, event as EventOf<'element-completed'>),
    })
    if (!node.type.endsWith('-gateway')) return
    this.expectTrouble(
      living,
      'CONDITION_ERROR',
      () => this.complete(living),
      () => routesOf(this, living) === undefined,
    )
  }

  /** An incident stops the element until somebody resolves it. */
  expectTrouble(living: Living, type: string, retry: () => void, when?: () => boolean, job?: Key): void {
    this.expect({
      owner: living,
      says: `incident ${type} at ${living.node.id}`,
      ...(when === undefined ? {} : { optional: true }),
      isIt: (event) =>
        event.type === 'incident-raised' &&
        event.incidentType === type &&
        event.elementInstanceKey === living.key &&
        when?.() !== false,
      happen: (event) => {
        living.phase = 'active'
        this.steps = this.steps.filter((step) => step.owner !== living || step.inside === true)
        living.incidents.set((event as EventOf<'incident-raised'>).key, {
          retry,
          ...(job === undefined ? {} : { job }),
        })
      },
    })
  }

  /** It and everything inside is terminated: nothing of it happens any more. */
  doom(living: Living): void {
    living.phase = 'doomed'
    living.dropsTokens = true
    this.steps = this.steps.filter((step) => step.owner !== living)
    for (const child of living.children) this.doom(child)
  }

  /** Everything inside ends, the scope itself goes on. */
  interrupt(scope: Living): void {
    for (const child of scope.children) this.doom(child)
    this.steps = this.steps.filter((step) => step.owner !== scope || step.inside !== true)
    scope.dropsTokens = scope.tokens.size > 0
    for (const id of scope.rounds.keys()) scope.forgotten.add(id)
    scope.rounds.clear()
  }

  /** `arrive`: instead of what the target does when a token reaches it. */
  takeFlows(living: Living, arrive?: (target: Living) => void): void {
    const { node, scope } = living
    if (scope === undefined) return
    const times = ('completionQuantity' in node && node.completionQuantity) || 1
    for (const id of routesOf(this, living) ?? []) {
      for (let token = 0; token < times; token++) this.#takeFlow(id, scope, arrive)
    }
  }

  #takeFlow(id: FlowId, scope: Living, arrive?: (target: Living) => void): void {
    const target = this.node(this.flow(id).target)
    const waits = joins(target)
    this.expect({
      owner: scope,
      inside: true,
      leadsTo: [id],
      says: `flow ${id} to ${target.id} is taken`,
      isIt: (event) =>
        event.type === 'flow-taken' &&
        event.flow === id &&
        event.scope === scope.key &&
        (event.waits === true) === waits,
      happen: () => {
        if (waits) scope.tokens.set(id, (scope.tokens.get(id) ?? 0) + 1)
        else this.activate(target.id, scope, arrive === undefined ? {} : { enter: arrive })
      },
    })
  }

  #mayEnd(living: Living): boolean {
    const { waits, children, tokens, incidents } = living
    if (waits.size + children.size + tokens.size + incidents.size > 0) return false
    return !this.steps.some((step) => step.owner === living && !step.ends && step.optional !== true)
  }

  #finish(living: Living, event: EventOf<'element-completed'>): void {
    this.#forget(living)
    recordCompletion(this, living, event.snapshot)
    if (living === this.root) {
      this.expectInstanceEnd('instance-completed')
      notifyParent(this, 'completed')
    } else if (living.afterwards !== undefined) living.afterwards()
    else if (living.role === 'run') runCompleted(this, living)
    else this.takeFlows(living)
    if (living.scope?.adHoc !== undefined) adHocGoesOn(this, living.scope)
  }

  #forget(living: Living): void {
    this.living.delete(living.key)
    this.claimed.delete(living.key)
    living.scope?.children.delete(living)
    this.steps = this.steps.filter((step) => step.owner !== living || living === this.root)
  }

  /** Scopes complete when nothing is left inside. */
  #settle(): void {
    this.#continue()
    for (const living of this.living.values()) {
      if (living.phase !== 'active' || living.isEnding === true || !completesWhenQuiet(living)) continue
      if (living.whenEmpty !== undefined && living.children.size + living.tokens.size === 0) {
        const goOn = living.whenEmpty
        living.whenEmpty = () => undefined
        goOn()
      }
      if (living.whenEmpty !== undefined) continue
      const isBusy = living.children.size > 0 || living.tokens.size > 0 || living.incidents.size > 0
      if (isBusy || this.steps.some((step) => step.owner === living && step.optional !== true)) continue
      if (living.adHoc === undefined) this.complete(living)
      else adHocIsQuiet(this, living)
    }
  }

  #continue(): void {
    const ready = this.#pending.filter(({ after }) => !after.some((step) => this.steps.includes(step)))
    this.#pending = this.#pending.filter((pending) => !ready.includes(pending))
    for (const { owner, then } of ready) if (owner.phase !== 'doomed') then()
  }

  #acceptAnyTime(event: Event): boolean {
    if (unseen.has(event.type)) return true
    if (closings.has(event.type)) return this.#close(event)
    switch (event.type) {
      case 'element-activated':
        return event.consumed !== undefined && event.scope !== undefined && fireJoin(this, event)
      case 'element-completed': {
        const living = this.living.get(event.key)
        return living?.mayComplete === true && this.#terminated(event.key)
      }
      case 'element-terminated':
        return this.#terminated(event.key)
      case 'tokens-dropped': {
        const scope = this.living.get(event.scope)
        if (scope?.dropsTokens !== true) return false
        scope.tokens.clear()
        scope.dropsTokens = scope.phase !== 'active'
        return true
      }
      case 'incident-resolved': {
        const living = [...this.living.values()].find(({ incidents }) => incidents.has(event.key))
        return living !== undefined && living.phase !== 'active' && living.incidents.delete(event.key)
      }
      case 'variables-set':
        return this.#repeats(event)
      case 'condition-changed': {
        const wait = this.waits.get(event.key)
        return wait !== undefined && wait.wasMet === event.met
      }
      case 'loop-counted':
        return this.living.get(event.key)?.loop?.total === event.count
      case 'gateway-reset':
        return resetGateway(this, event)
      default:
        return false
    }
  }

  #close(event: Event): boolean {
    const key = event.type === 'call-canceled' ? event.childKey : 'key' in event ? event.key : undefined
    const wait = key === undefined ? undefined : this.waits.get(key)
    if (key === undefined || wait === undefined) return false
    if (wait.owner.phase === 'active' && wait.closing === undefined) return false
    this.waits.delete(key)
    return wait.owner.waits.delete(key)
  }

  #terminated(key: Key): boolean {
    const living = this.living.get(key)
    if (living?.phase !== 'doomed' || !this.#mayEnd(living)) return false
    this.#forget(living)
    const { scope } = living
    if (scope?.loop !== undefined) scope.loop.terminated += 1
    if (living === this.root) this.expectInstanceEnd('instance-terminated')
    return true
  }

  expectInstanceEnd(type: 'instance-completed' | 'instance-terminated'): void {
    if (this.root === undefined) return
    this.expect({
      owner: this.root,
      says: type,
      isIt: (event) => event.type === type,
      happen: () => undefined,
    })
  }

  #claim({ scope, variables }: EventOf<'variables-set'>): void {
    this.claimed.set(scope, { ...this.claimed.get(scope), ...variables })
  }

  /** What something begins with is said once it is there. */
  #repeats({ scope, variables }: EventOf<'variables-set'>): boolean {
    const living = this.living.get(scope)
    if (living === undefined || !beginsWithVariables(living)) return false
    return Object.entries(variables).every(([name, value]) =>
      isDeepStrictEqual(living.variables[name], value),
    )
  }

  setVariables(living: Living, variables: JsonObject): void {
    living.variables = { ...living.variables, ...variables }
    conditionsChanged(this)
  }

  #compareVariables(): void {
    for (const { key, variables, node } of this.living.values()) {
      const claimed = this.claimed.get(key) ?? {}
      if (isDeepStrictEqual({ ...claimed }, { ...variables })) continue
      throw new Disagreement(
        `variables of ${node.id} are ${JSON.stringify(claimed)}, expected ${JSON.stringify(variables)}`,
      )
    }
  }
}

/** Runs know their number and item, what undoes knows what it undoes, a complex gateway knows its phase. */
const beginsWithVariables = ({ role, node }: Living): boolean =>
  role === 'run' || role === 'handler' || role === 'undo' || node.type === 'complex-gateway'

const completesWhenQuiet = ({ node, role }: Living): boolean =>
  role !== 'undo' &&
  (node.type === 'process' ||
    node.type === 'sub-process' ||
    node.type === 'ad-hoc-sub-process' ||
    node.type === 'event-sub-process')

/** An event sub-process that undoes the sub-process around it. */
export function isCompensating(machine: Machine, node: Node): boolean {
  if (node.type !== 'event-sub-process') return false
  return node.triggeredStarts.some((id) => {
    const start = machine.node(id)
    return start.type === 'start-event' && start.trigger.kind === 'compensation'
  })
}
