/** Random steps that make sense where the processes are: each number of a path chooses one of those possible. */
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Command } from '@braid/core/engine/command.ts'
import type { Program } from '@braid/core/model/program.ts'
import type { EngineDriver } from './engine-driver.ts'

type Action = () => unknown

/** Few, because a path is short and every wait is worth more than another beginning. */
const maxInstances = 4
const laterMs = 3_600_000

/** Values that the processes ask for, some of them right, some not. */
const values: readonly (readonly [name: string, value: JsonObject[string]])[] = [
  ['id', 1],
  ['order', 'A'],
  ['order_id', 6],
  ['contract', 4],
  ['n', 1],
  ['n', 4],
  ['value', 5],
  ['value', 20],
  ['amount', 1500],
  ['amount', 5],
  ['status', 'approved'],
  ['side', 'right'],
  ['urgent', true],
  ['urgent', false],
  ['more', true],
  ['more', false],
  ['back', true],
  ['known', true],
  ['code', 'inner'],
  ['floor', '2'],
  ['name', 'child'],
  ['kind', 'print'],
  ['tries', 2],
  ['total', 7],
  ['span', 'PT1H'],
  ['deadline', '1970-01-02T00:00:00Z'],
  ['due', null],
  ['priority', 100],
]

/** Each bit of `choice` takes a value or leaves it. */
const variablesOf = (choice: number): JsonObject =>
  Object.fromEntries(values.filter((_, index) => (choice & (1 << index)) !== 0))

function codesOf(programs: readonly Program[]): readonly string[] {
  const codes = programs
    .flatMap(({ nodes }) => nodes)
    .flatMap((node) =>
      'trigger' in node && node.trigger.kind === 'error' ? [node.trigger.code ?? 'any'] : [],
    )
  return [...new Set([...codes, 'unknown'])]
}

type Walk = {
  readonly driver: EngineDriver
  readonly programs: readonly Program[]
  readonly codes: readonly string[]
}

function submitting({ driver }: Walk, instanceKey: Key, command: Command): Action {
  return () => driver.submit(instanceKey, command)
}

function jobActions(context: Walk, choice: number): readonly Action[] {
  const variables = variablesOf(choice)
  return [...context.driver.tables.jobs.values()].flatMap(({ key: jobKey, instanceKey, retries }) => {
    const act = (command: Command): Action => submitting(context, instanceKey, command)
    const complete = act({ type: 'complete-job', jobKey, variables })
    const fail = { type: 'fail-job', jobKey, retryBackOffMs: 10, message: 'no', variables } as const
    return [
      complete,
      complete,
      act({ ...fail, retries: 0 }),
      act({ ...fail, retries: retries - 1 }),
      act({ ...fail, retries: 0, incident: 'DECISION_EVALUATION_ERROR' }),
      act({ type: 'update-job-retries', jobKey, retries: choice % 3 }),
      act({ type: 'publish-jobs' }),
      ...context.codes.map((code) =>
        act({ type: 'throw-job-error', jobKey, code, message: 'thrown', variables }),
      ),
    ]
  })
}

function userTaskActions(context: Walk, choice: number): readonly Action[] {
  const variables = variablesOf(choice)
  return [...context.driver.tables.userTasks.values()].flatMap(({ key: userTaskKey, instanceKey }) => [
    submitting(context, instanceKey, {
      type: 'complete-user-task',
      userTaskKey,
      variables,
      action: 'complete',
    }),
    submitting(context, instanceKey, {
      type: 'update-user-task',
      userTaskKey,
      action: 'claim',
      changes: { assignee: choice % 2 === 0 ? 'ada' : 'bob' },
      onlyIfUnassigned: true,
    }),
  ])
}

function eventActions({ driver }: Walk, choice: number): readonly Action[] {
  const variables = variablesOf(choice)
  const due = driver.nextDue()
  const time =
    due === undefined
      ? []
      : [() => driver.advanceTo(Math.max(due, driver.now)), () => driver.jumpTo(driver.now + laterMs)]
  const subscriptions = [...driver.tables.subscriptions.values()].map(
    ({ kind, name, correlationKey = '' }) =>
      kind === 'signal'
        ? () => driver.broadcast(name, variables)
        : () => driver.publish({ name, correlationKey, variables, timeToLiveMs: laterMs }),
  )
  return [...time, ...subscriptions]
}

/** Messages and signals that begin processes. */
function startActions({ driver, programs }: Walk, choice: number): readonly Action[] {
  if (driver.instances.size >= maxInstances) return []
  const variables = variablesOf(choice)
  return programs.flatMap(({ processId, nodes }) => [
    () => driver.create(processId, variables),
    ...nodes.flatMap((node): readonly Action[] => {
      if (node.type !== 'start-event' || node.scope !== processId) return []
      const { trigger } = node
      if (trigger.kind === 'signal' && 'value' in trigger.name) {
        const name = String(trigger.name.value)
        return [() => driver.broadcast(name, variables)]
      }
      if (trigger.kind !== 'message' || !('value' in trigger.name)) return []
      const message = {
        name: String(trigger.name.value),
        correlationKey: choice % 2 === 0 ? 'A' : '',
        variables,
      }
      return [() => driver.publish(message)]
    }),
  ])
}

function operatorActions(context: Walk, choice: number): readonly Action[] {
  const { driver } = context
  const incidents = [...driver.tables.incidents.values()].map(({ key: incidentKey, instanceKey }) =>
    submitting(context, instanceKey, { type: 'resolve-incident', incidentKey, retries: choice % 3 }),
  )
  const variables = variablesOf(choice)
  const living = [...driver.instances].filter(([, { state }]) => state.status === 'active')
  const changes = living.flatMap(([instanceKey, { state }]) => {
    const scopes = [...state.elements.keys()]
    const scope = scopes[choice % scopes.length] ?? instanceKey
    const local = choice % 2 === 0
    return [submitting(context, instanceKey, { type: 'set-variables', scope, variables, local })]
  })
  const pause = living
    .slice(0, choice % 3 === 0 ? 1 : 0)
    .concat(living.filter(([, { state }]) => state.suspended))
  const cancel = living.slice(0, choice % 5 === 0 ? 1 : 0)
  return [
    ...incidents,
    ...changes,
    ...pause.map(([key, { state }]) =>
      submitting(context, key, { type: state.suspended ? 'resume-instance' : 'suspend-instance' }),
    ),
    ...cancel.map(([key]) => submitting(context, key, { type: 'cancel-instance' })),
  ]
}

/** Moves, ends and activates somewhere, wherever that leads; most of it is refused in small processes. */
function modifications(context: Walk, choice: number): readonly Action[] {
  return [...context.driver.instances].flatMap(([instanceKey, { state, definition }]) => {
    if (state.status !== 'active') return []
    const elements = [...state.elements.values()].filter(({ scope }) => scope !== undefined)
    const instance = elements[choice % Math.max(1, elements.length)]
    const nodes = [...definition.graph.nodes.keys()]
    const element = nodes[(choice >>> 3) % nodes.length] ?? ''
    if (instance === undefined) return []
    const command = { type: 'modify-instance', activate: [], terminate: [], move: [] } as const
    const from = choice % 2 === 0 ? { key: instance.key } : { element: instance.element }
    const variables = [{ variables: variablesOf(choice) }]
    const move = {
      from,
      to: element,
      ancestor: choice % 3 === 0 ? 'source-parent' : 'inferred',
      variables,
    } as const
    return [
      submitting(context, instanceKey, { ...command, move: [move] }),
      submitting(context, instanceKey, { ...command, activate: [{ element, variables }] }),
      submitting(context, instanceKey, { ...command, terminate: [from] }),
    ]
  })
}

/** Does one step per number of the path. Steps may be rejected; they may not throw. */
export function walk(driver: EngineDriver, programs: readonly Program[], path: readonly number[]): void {
  const context: Walk = { driver, programs, codes: codesOf(programs) }
  for (const choice of path) {
    const actions = [
      ...startActions(context, choice),
      ...jobActions(context, choice),
      ...userTaskActions(context, choice),
      ...eventActions(context, choice),
      ...operatorActions(context, choice),
      ...(choice % 4 === 0 ? modifications(context, choice) : []),
    ]
    actions[choice % actions.length]?.()
  }
}
