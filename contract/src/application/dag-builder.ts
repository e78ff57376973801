/** Collects the nodes of a DAG, or of a part of it. */
import type {
  DagModel,
  DagNode,
  DagScript,
  DagValue,
  ScriptOptions,
  TaskOptions,
  TriggerRule,
} from '@braid/core/model/dag.ts'
import { feelOf } from '@braid/core/model/feel-text.ts'
import type { z } from 'zod'
import {
  type Expression,
  escaped,
  type Given,
  isExpression,
  type Ref,
  type RefScope,
  type Resolved,
  refTo,
  sourcesOf,
  textOf,
} from './ref.ts'
import type { Generator, Task } from './task.ts'

declare const types: unique symbol
/** With the types of its input and of what its runs give. */
export type Dag<Input = never, Output = unknown> = DagModel & {
  readonly [types]?: { readonly input: Input; readonly output: Output }
}

/** A way that a choice may take. */
export type Branch = { readonly chooser: Expression<unknown>; readonly branch: string }

export type NodeOptions = {
  readonly title?: string
  /** Nodes that come first although nothing of theirs is used. */
  readonly after?: readonly Expression<unknown>[]
  readonly rule?: TriggerRule
  /** Skipped unless it holds. */
  readonly when?: Expression<boolean>
  /** Skipped unless this branch was chosen. */
  readonly on?: Branch
}
/** What is left out is as the task says. */
export type TaskNodeOptions = NodeOptions & TaskOptions
export type ScriptNodeOptions = NodeOptions & ScriptOptions

const turn: unique symbol = Symbol('round-robin')
/** Of the runs of the part around, each takes the next branch. */
export const roundRobin = (): { readonly [turn]: true } => ({ [turn]: true })

/** Gives the branches that were taken, and has each of them as a field, for `on`. */
export type Choice<Name extends string> = Expression<readonly Name[]> & { readonly [B in Name]: Branch }

type Chosen = string | readonly string[]
type ByTask<Input extends z.ZodType, Output extends z.ZodType<Chosen>> = {
  readonly by: Task<Input, Output>
  readonly input: Given<z.input<Input>>
}
type ByItself = { readonly by: Expression<Chosen> | ReturnType<typeof roundRobin> }

const scriptFields = ['retries', 'backoff', 'timeout', 'priority', 'onFailure'] as const
const taskFields = [...scriptFields, 'tags', 'cacheFor'] as const

const defined = <T extends object>(object: T): Partial<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>

export class DagBuilder {
  readonly nodes: DagNode[] = []
  /** From 1: which run of the part this is. */
  readonly loopCounter: Ref<number>
  /** Of the run. */
  readonly input: Ref<unknown>
  readonly #dag: string
  readonly #scope: RefScope

  constructor(dag: string, scope: RefScope = { name: dag, outer: undefined }) {
    this.#dag = dag
    this.#scope = scope
    this.loopCounter = refTo({ scope, text: 'loopCounter', here: true })
    let outermost = scope
    while (outermost.outer !== undefined) outermost = outermost.outer
    this.input = refTo({ scope: outermost, text: 'input' })
  }

  /** Work of a task; gives what that gives. */
  task<Input extends z.ZodType, Output extends z.ZodType>(
    id: string,
    task: Task<Input, Output>,
    input: Given<z.input<Input>>,
    options: TaskNodeOptions = {},
  ): Ref<z.output<Output>> {
    return this.#add({
      ...this.#common(id, options),
      kind: 'task',
      task: task.name,
      input: this.#value(input, id, 'input'),
      ...taskOptions(task, options),
    })
  }

  /** A script in isolation, whose fields of `input` it reads; gives its result, of which nothing but the author knows the type. */
  script<Output = unknown>(
    id: string,
    script: DagScript,
    input: Given<Readonly<Record<string, unknown>>> = {},
    options: ScriptNodeOptions = {},
  ): Ref<Output> {
    return this.#add({
      ...this.#common(id, options),
      kind: 'script',
      script,
      input: this.#value(input, id, 'input'),
      ...optionsIn(scriptFields, options),
    })
  }

  /** Chooses by what a task says, by FEEL, or in turns. */
  choice<const Names extends readonly string[], Input extends z.ZodType, Output extends z.ZodType<Chosen>>(
    id: string,
    choice: { readonly branches: Names } & (ByTask<Input, Output> | ByItself),
    options: TaskNodeOptions = {},
  ): Choice<Names[number]> {
    const common = { ...this.#common(id, options), kind: 'choice', branches: choice.branches } as const
    if ('input' in choice) {
      const task = choice.by
      const input = this.#value(choice.input, id, 'input')
      this.nodes.push({ ...common, by: 'task', task: task.name, input, ...taskOptions(task, options) })
    } else if (isExpression(choice.by)) {
      const expression = this.#text(choice.by, id, 'by')
      this.nodes.push({ ...common, by: 'expression', expression })
    } else this.nodes.push({ ...common, by: 'round-robin' })
    const chooser = refTo({ scope: this.#scope, text: id, node: id })
    const branches = choice.branches.map((branch) => [branch, { chooser, branch }] as const)
    return refTo({ scope: this.#scope, text: id, node: id }, new Map(branches)) as unknown as Choice<
      Names[number]
    >
  }

  /** Another DAG, as a run of its own; gives what that run gives. */
  dag<Input, Output>(
    id: string,
    dag: Dag<Input, Output>,
    input: Given<Input>,
    options?: NodeOptions,
  ): Ref<Output>
  /** One that is known by its id, perhaps only when it runs. */
  dag(
    id: string,
    dag: string | Expression<string>,
    input: Given<unknown>,
    options?: NodeOptions,
  ): Ref<unknown>
  dag(
    id: string,
    dag: Dag<unknown, unknown> | string | Expression<string>,
    input: unknown,
    options: NodeOptions = {},
  ): Ref<unknown> {
    const name = isExpression(dag)
      ? this.#text(dag, id, 'dag')
      : typeof dag === 'string'
        ? dag
        : (dag as Dag).id
    const given = this.#value(input, id, 'input')
    return this.#add({ ...this.#common(id, options), kind: 'dag', dag: name, input: given })
  }

  /** Runs a part per item of a list; gives the list of what the runs give, in the order of the items. */
  map<Item, const Result>(
    id: string,
    over: Given<readonly Item[]>,
    part: (item: Ref<Item>, d: DagBuilder) => Result,
    options: NodeOptions & { readonly sequential?: boolean } = {},
  ): Ref<Resolved<Result>[]> {
    const { name, ...inner } = this.#perItem(id, part)
    const list = this.#value(over, id, 'over')
    return this.#add({
      ...this.#common(id, options),
      kind: 'map',
      over: typeof list === 'string' ? list : `= ${feelOf(list)}`,
      ...name,
      ...(options.sequential === undefined ? {} : { sequential: options.sequential }),
      ...inner,
    })
  }

  /** Runs a part per item that a generator yields, while it yields; gives as `map` does. */
  generate<Input extends z.ZodType, Item extends z.ZodType, const Result>(
    id: string,
    generator: Generator<Input, Item>,
    input: Given<z.input<Input>>,
    part: (item: Ref<z.output<Item>>, d: DagBuilder) => Result,
    options: TaskNodeOptions = {},
  ): Ref<Resolved<Result>[]> {
    const { name, ...inner } = this.#perItem(id, part)
    return this.#add({
      ...this.#common(id, options),
      kind: 'generate',
      task: generator.name,
      input: this.#value(input, id, 'input'),
      ...taskOptions(generator, options),
      ...name,
      ...inner,
    })
  }

  /**
   * Runs a part again until `until` holds, at most `maximum` times; gives the last `result`. `previous`: what the run
   * before gave, null at first.
   */
  repeat<const Result>(
    id: string,
    { maximum, ...options }: NodeOptions & { readonly maximum: number },
    part: (
      d: DagBuilder,
      previous: Ref<unknown>,
    ) => { readonly until: Expression<boolean>; readonly result: Result },
  ): Ref<Resolved<Result>> {
    const inside = new DagBuilder(this.#dag, { name: id, outer: this.#scope })
    const previous = refTo<unknown>({ scope: inside.#scope, text: id })
    const { until, result } = part(inside, previous)
    return this.#add({
      ...this.#common(id, options),
      kind: 'repeat',
      until: inside.#text(until, id, 'until'),
      maximum,
      nodes: inside.nodes,
      result: inside.#value(result, id, 'result'),
    })
  }

  /** What the whole gives, as it is in the model. */
  output(given: unknown): DagValue {
    return this.#write(given, { field: 'output' })
  }

  #perItem<Item, Result>(id: string, part: (item: Ref<Item>, d: DagBuilder) => Result) {
    // Two parts inside each other can't both call it `item`.
    const item = this.#scope.outer === undefined ? 'item' : `${id}_item`
    const inside = new DagBuilder(this.#dag, { name: id, outer: this.#scope })
    const result = part(refTo<Item>({ scope: inside.#scope, text: item }), inside)
    return {
      name: item === 'item' ? {} : { item },
      nodes: inside.nodes,
      ...(result === undefined ? {} : { result: inside.#value(result, id, 'result') }),
    }
  }

  #add<T>(node: DagNode): Ref<T> {
    this.nodes.push(node)
    return refTo({ scope: this.#scope, text: node.id, node: node.id })
  }

  #common(id: string, { title, after, rule, when, on }: NodeOptions) {
    return {
      id,
      ...defined({ title, rule }),
      ...(after === undefined ? {} : { after: after.map((ref) => this.#node(ref, id, 'after')) }),
      ...(when === undefined ? {} : { when: this.#text(when, id, 'when') }),
      ...(on === undefined ? {} : { on: { node: this.#node(on.chooser, id, 'on'), branch: on.branch } }),
    } as const
  }

  #node(ref: Expression<unknown>, id: string, field: string): string {
    this.#check(ref, { field, id })
    const [source] = sourcesOf(ref)
    if (source?.node !== undefined) return source.node
    throw new Error(`${this.#where({ field, id })}: expected what a node gives, got '${textOf(ref)}'`)
  }

  #text(expression: Expression<unknown>, id: string, field: string): string {
    this.#check(expression, { field, id })
    return `= ${textOf(expression)}`
  }

  #value(given: unknown, id: string, field: string): DagValue {
    return this.#write(given, { field, id })
  }

  #where = ({ field, id }: Place): string =>
    `DAG '${this.#dag}', ${field}${id === undefined ? '' : ` of '${id}'`}`

  #write(given: unknown, place: Place): DagValue {
    if (given === null || typeof given === 'boolean' || typeof given === 'string') return escaped(given)
    if (typeof given === 'number' && Number.isFinite(given)) return given
    if (isExpression(given)) {
      this.#check(given, place)
      return `= ${textOf(given)}`
    }
    if (Array.isArray(given))
      return given.map((entry, index) => this.#write(entry, inside(place, `[${index}]`)))
    if (typeof given !== 'object' || !isPlain(given))
      throw new Error(`${this.#where(place)}: expected JSON, refs or FEEL, got ${describe(given)}`)
    const entries = Object.entries(given).filter(([, entry]) => entry !== undefined)
    return Object.fromEntries(
      entries.map(([key, entry]) => [key, this.#write(entry, inside(place, `.${key}`))]),
    )
  }

  /** Whether everything that it reads can be seen here. */
  #check(expression: object, place: Place): void {
    for (const { scope, text, here } of sourcesOf(expression)) {
      if (here === true ? scope === this.#scope : this.#sees(scope)) continue
      const why = here === true ? `which means something else here` : `which is inside of '${scope.name}'`
      throw new Error(`${this.#where(place)}: expected what can be seen here, got '${text}', ${why}`)
    }
  }

  #sees(scope: RefScope): boolean {
    for (let at: RefScope | undefined = this.#scope; at !== undefined; at = at.outer)
      if (at === scope) return true
    return false
  }
}

/** A field of a node, or of the whole. */
type Place = { readonly field: string; readonly id?: string }
const inside = (place: Place, step: string): Place => ({ ...place, field: place.field + step })

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const describe = (value: unknown): string =>
  typeof value === 'object' && value !== null ? `a ${value.constructor.name}` : String(value)

/** Of the node, else of the task. */
function taskOptions(task: TaskOptions, options: TaskOptions): TaskOptions {
  return { ...optionsIn(taskFields, task), ...optionsIn(taskFields, options) }
}

const optionsIn = (fields: readonly (keyof TaskOptions)[], options: TaskOptions): TaskOptions =>
  defined(Object.fromEntries(fields.map((field) => [field, options[field]])))
