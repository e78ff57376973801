/**
 * Drives the pure engine in memory for one or more definitions, as a server would: what an instance waits for comes
 * from `rowsOf` alone, messages and signals meet what waits for them, calls reach the called process, and a virtual
 * clock fires timers. Everything happens at once and in a fixed order, so that equal steps give equal events.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key, KeySource } from '@braid/core/base/key.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Command, CreateInstance, Rejection } from '@braid/core/engine/command.ts'
import { decide, unborn } from '@braid/core/engine/decide.ts'
import type { Event } from '@braid/core/engine/event.ts'
import { evolve } from '@braid/core/engine/evolve.ts'
import { alternatives, type Graph, linkProgram } from '@braid/core/engine/graph.ts'
import { type OutboxRow, rowsOf } from '@braid/core/engine/rows.ts'
import { copyState, type InstanceState } from '@braid/core/engine/state.ts'
import { followingDue, type Schedule, scheduleOf } from '@braid/core/engine/timer.ts'
import type { ElementId, Program, StartEventNode } from '@braid/core/model/program.ts'
import {
  Correlation,
  constantOf,
  type Definition,
  type Start,
  triggeredStarts,
} from './engine-correlation.ts'
import { applyChange, createTables, type EngineTables } from './engine-tables.ts'

export type Instance = { definition: Definition; state: InstanceState; readonly log: Event[] }

/** One command that was not rejected. */
export type Commit = {
  readonly instance: Instance
  readonly command: Command
  readonly at: Instant
  /** What it was decided with. */
  readonly graph: Graph
  readonly graphOf: (definitionKey: Key) => Graph | undefined
  /** The state that the command met; not changed any more. */
  readonly before: InstanceState
  /** Handed out to the command, in this order. */
  readonly keys: readonly Key[]
  readonly events: readonly Event[]
}

/** A command that an instance refused. */
export type Refusal = Pick<Commit, 'command' | 'at'> & {
  readonly instanceKey: Key
  readonly rejection: Rejection
}

/** What the driver drives: the engine, or one with a fault. */
export type Engine = { readonly decide: typeof decide; readonly evolve: typeof evolve }

export type DriverOptions = {
  readonly now?: Instant
  readonly engine?: Engine
  readonly onCommit?: (commit: Commit) => void
  readonly onRefusal?: (refusal: Refusal) => void
}

export type Message = {
  readonly name: string
  readonly correlationKey?: string
  readonly variables?: JsonObject
  readonly timeToLiveMs?: number
}

/** A timer start event of a definition. */
type StartTimer = Schedule & {
  readonly key: Key
  readonly definition: Definition
  readonly element: ElementId
}
/** What was committed and has not been looked at. */
type Todo = { readonly kind: 'outbox' | 'message' | 'subscription'; readonly key: Key }

export class EngineDriver {
  readonly instances = new Map<Key, Instance>()
  readonly tables: EngineTables = createTables()
  now: Instant
  readonly #onCommit: ((commit: Commit) => void) | undefined
  readonly #onRefusal: ((refusal: Refusal) => void) | undefined
  readonly #engine: Engine
  readonly #keys: KeySource
  readonly #definitions: Definition[] = []
  readonly #startTimers = new Map<Key, StartTimer>()
  readonly #todo: Todo[] = []
  readonly #correlation: Correlation
  #deployments = 0

  constructor(options: DriverOptions = {}) {
    this.now = options.now ?? 0
    this.#onCommit = options.onCommit
    this.#onRefusal = options.onRefusal
    this.#engine = options.engine ?? { decide, evolve }
    let last = 0
    this.#keys = { next: () => ++last as Key }
    this.#correlation = new Correlation({
      tables: this.tables,
      now: () => this.now,
      definitions: () => this.#definitions.filter((definition) => this.#isLatest(definition)),
      commit: (instanceKey, command) => this.#commit(instanceKey, command),
      start: (start) => this.#start(start),
      isTaken: (processId, startKey) =>
        [...this.instances.values()].some(
          ({ state }) =>
            state.status === 'active' && state.processId === processId && state.startKey === startKey,
        ),
    })
  }

  deploy(programs: readonly Program[]): readonly Definition[] {
    this.#deployments += 1
    return programs.map((program) => {
      const { processId } = program
      for (const [key, timer] of this.#startTimers) {
        if (timer.definition.graph.program.processId === processId) this.#startTimers.delete(key)
      }
      const definition = {
        key: this.#keys.next(),
        deployment: this.#deployments,
        graph: linkProgram(program),
      }
      this.#definitions.push(definition)
      for (const start of triggeredStarts(definition)) this.#armStart(definition, start)
      return definition
    })
  }

  /** The latest definition of a process. */
  latest(processId: string): Definition | undefined {
    return this.#definitions.findLast(({ graph }) => graph.program.processId === processId)
  }

  create(
    processId: string,
    variables: JsonObject = {},
    options: Pick<CreateInstance, 'startElement' | 'begin'> = {},
  ): Result<Instance, Rejection> {
    const definition = this.latest(processId)
    if (definition === undefined) throw new Error(`no process ${processId} is deployed`)
    const created = this.#create({
      type: 'create-instance',
      key: this.#keys.next(),
      definitionKey: definition.key,
      variables,
      ...options,
    })
    this.#settle()
    return created
  }

  /** Gives a command to a living instance, then lets everything happen that follows from it. */
  submit(instanceKey: Key, command: Command): Result<readonly Event[], Rejection> {
    const result = this.#commit(instanceKey, command)
    this.#settle()
    return result
  }

  publish(message: Message): void {
    const { name, correlationKey = '', variables = {}, timeToLiveMs = 0 } = message
    const key = this.#keys.next()
    const expiresAt = this.now + timeToLiveMs
    this.tables.messages.set(key, {
      key,
      kind: 'message',
      name,
      correlationKey,
      variables,
      timeToLiveMs,
      expiresAt,
    })
    this.#todo.push({ kind: 'message', key })
    this.#settle()
  }

  broadcast(name: string, variables: JsonObject = {}): void {
    const key = this.#keys.next()
    this.tables.messages.set(key, {
      key,
      kind: 'signal',
      name,
      variables,
      timeToLiveMs: 0,
      expiresAt: this.now,
    })
    this.#todo.push({ kind: 'message', key })
    this.#settle()
  }

  /** Fires one timer, at its due time or now when that has passed; others wait, even when they are overdue. */
  fire(timerKey: Key): void {
    const timer = this.tables.timers.get(timerKey)
    if (timer === undefined) throw new Error(`no timer ${timerKey} is armed`)
    this.now = Math.max(this.now, timer.due)
    this.#commit(timer.instanceKey, { type: 'fire-timer', timerKey })
    this.#settle()
  }

  /** The due time of the timer that fires next. */
  nextDue(): Instant | undefined {
    const dues = [...this.tables.timers.values(), ...this.#startTimers.values()].map(({ due }) => due)
    return dues.length === 0 ? undefined : Math.min(...dues)
  }

  /** Moves the clock from one due time to the next, up to `instant`. */
  advanceTo(instant: Instant): void {
    for (let due = this.nextDue(); due !== undefined && due <= instant; due = this.nextDue()) {
      this.now = Math.max(this.now, due)
      this.#fireNext()
    }
    this.now = instant
  }

  /** Moves the clock at once, as if nothing had run meanwhile; only then what is overdue fires. */
  jumpTo(instant: Instant): void {
    this.now = instant
    for (let due = this.nextDue(); due !== undefined && due <= instant; due = this.nextDue()) this.#fireNext()
  }

  #definition(key: Key): Definition | undefined {
    return this.#definitions.find((definition) => definition.key === key)
  }

  #isLatest(definition: Definition): boolean {
    return this.latest(definition.graph.program.processId) === definition
  }

  /** A start event occurred. */
  #start({ definition, ...options }: Start): void {
    const key = this.#keys.next()
    this.#create({ type: 'create-instance', key, definitionKey: definition.key, ...options })
  }

  #create(command: CreateInstance): Result<Instance, Rejection> {
    const definition = this.#definitions.find(({ key }) => key === command.definitionKey)
    if (definition === undefined) throw new Error(`no definition ${command.definitionKey}`)
    const state = unborn(command, definition.graph.program.processId)
    const instance: Instance = { definition, state, log: [] }
    this.instances.set(command.key, instance)
    const result = this.#commit(command.key, command)
    if (result.ok) return success(instance)
    this.instances.delete(command.key)
    return result
  }

  /** `decide`, `evolve` and `rowsOf`: the state changes by events only. */
  #commit(instanceKey: Key, command: Command): Result<readonly Event[], Rejection> {
    const instance = this.instances.get(instanceKey)
    if (instance === undefined)
      return failure({ kind: 'not-found', message: `no process instance ${instanceKey}` })
    const { definition, state: before } = instance
    const keys: Key[] = []
    const source = { next: () => keys[keys.push(this.#keys.next()) - 1] as Key }
    const { graph } = definition
    const graphOf = (key: Key) => this.#definition(key)?.graph
    const decided = this.#engine.decide(graph, before, command, { now: this.now, keys: source, graphOf })
    if (!decided.ok) {
      this.#onRefusal?.({ instanceKey, command, at: this.now, rejection: decided.error })
      return decided
    }
    instance.state = copyState(before)
    for (const event of decided.value) this.#engine.evolve(instance.state, event)
    instance.definition = this.#definition(instance.state.definitionKey) ?? definition
    instance.log.push(...decided.value)
    this.#store(instance, decided.value)
    this.#onCommit?.({ instance, command, at: this.now, graph, graphOf, before, keys, events: decided.value })
    return decided
  }

  #store(instance: Instance, events: readonly Event[]): void {
    const { key, definitionKey, processId } = instance.state
    const owner = { key, definitionKey, processId }
    for (const event of events) {
      for (const change of rowsOf(event, owner)) {
        applyChange(this.tables, change, owner, this.now)
        if (change.op === 'insert-outbox') this.#todo.push({ kind: 'outbox', key: change.row.key })
        if (change.op === 'insert-message') this.#todo.push({ kind: 'message', key: change.row.key })
        if (change.op === 'insert-subscription')
          this.#todo.push({ kind: 'subscription', key: change.row.key })
      }
    }
  }

  #settle(): void {
    for (let todo = this.#todo.shift(); todo !== undefined; todo = this.#todo.shift()) {
      if (todo.kind === 'outbox') this.#deliver(todo.key)
      else if (todo.kind === 'message') this.#correlation.spread(todo.key)
      else this.#correlation.lookInBuffer(todo.key)
    }
  }

  #deliver(key: Key): void {
    const row = this.tables.outbox.get(key)
    if (row === undefined) return
    this.tables.outbox.delete(key)
    if (row.command.type === 'call') this.#call(row.command)
    else if (row.command.type === 'create-instance') this.#create(row.command)
    else this.#commit(row.target, row.command)
  }

  #call(call: Extract<OutboxRow['command'], { readonly type: 'call' }>): void {
    const caller = this.#definitions.find(({ key }) => key === call.callerDefinitionKey)
    const callee = this.#definitions.findLast(({ graph, deployment }) => {
      if (graph.program.processId !== call.processId) return false
      if (call.binding === 'deployment') return deployment === caller?.deployment
      return call.binding === 'latest' || graph.program.versionTag === call.versionTag
    })
    const { parent, key: childKey } = call.create
    if (parent === undefined) throw new Error(`call of ${call.processId} without a caller`)
    const created =
      callee === undefined
        ? failure({ kind: 'not-found' as const, message: `expected a deployed process '${call.processId}'` })
        : this.#create({ ...call.create, definitionKey: callee.key })
    if (created.ok) return
    this.#commit(parent.instanceKey, {
      type: 'receive-outcome',
      childKey,
      elementInstanceKey: parent.elementInstanceKey,
      outcome: { kind: 'refused', message: created.error.message },
    })
  }

  #armStart(definition: Definition, start: StartEventNode): void {
    for (const trigger of alternatives(start.trigger)) {
      if (trigger.kind !== 'timer') continue
      const schedule = scheduleOf(trigger.timer, constantOf(trigger.value), this.now)
      if (!schedule.ok) throw new Error(schedule.error)
      this.#startWhenDue(definition, start.id, schedule.value)
    }
  }

  #startWhenDue(definition: Definition, element: ElementId, schedule: Schedule): void {
    const key = this.#keys.next()
    this.#startTimers.set(key, { ...schedule, key, definition, element })
  }

  #fireNext(): void {
    const due = this.nextDue()
    const timer = [...this.tables.timers.values()].find((candidate) => candidate.due === due)
    if (timer !== undefined) {
      this.#commit(timer.instanceKey, { type: 'fire-timer', timerKey: timer.key })
    } else {
      const start = [...this.#startTimers.values()].find((candidate) => candidate.due === due)
      if (start !== undefined) this.#fireStart(start)
    }
    this.#settle()
  }

  #fireStart(timer: StartTimer): void {
    this.#startTimers.delete(timer.key)
    const next = followingDue(timer as Parameters<typeof followingDue>[0])
    if (next !== undefined) this.#startWhenDue(timer.definition, timer.element, next)
    this.#start({ definition: timer.definition, startElement: timer.element, variables: {} })
  }
}
