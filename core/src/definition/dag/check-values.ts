/** Whether the numbers, durations, names and branches of a DAG are what they have to be. */
import { limits } from '../../base/limits.ts'
import { parseTiming } from '../../base/schedule-timing.ts'
import {
  type DagModel,
  type DagNode,
  type DagSchedule,
  type TaskOptions,
  triggerRules,
} from '../../model/dag.ts'
import { isFeel } from '../../model/feel-text.ts'
import type { Analysis, Item } from './analysis.ts'
import { checkScript } from './check-script.ts'
import { checkTask } from './check-task.ts'
import { type DagLog, expected, type Fault, type Path } from './finding.ts'
import { millisecondsOf, type TaskWork } from './jobs.ts'
import type { TaskRegistry } from './tasks.ts'

/** Attempts of one task; more only hide that it doesn't work. */
const maxRetries = 1_000
const maxPriority = 1_000
const maxBranches = 100

export function checkValues(
  model: DagModel,
  analysis: Analysis,
  tasks: TaskRegistry | undefined,
  log: DagLog,
): void {
  checkModel(model, log)
  for (const [index, schedule] of (model.schedules ?? []).entries())
    checkSchedule(schedule, ['schedules', index], model, log)
  const all = function* (items: readonly Item[]): Generator<Item> {
    for (const item of items) {
      yield item
      if (item.inner !== undefined) yield* all(item.inner.items)
    }
  }
  for (const item of all(analysis.root.items)) {
    checkNode(item, analysis, log)
    if ('task' in item.node) checkTask(item, item.node, { tasks, analysis, model, log })
  }
}

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/

function checkModel({ id, maxActiveRuns, schedules = [] }: DagModel, log: DagLog): void {
  if (!idPattern.test(id) || id.length > limits.idLength) {
    const message = `expected an id such as 'nightly' or 'application/nightly', of letters, digits, '.', '_' and '-', got '${id.slice(0, 100)}'`
    log.error('INVALID_ID', ['id'], undefined, message)
  }
  if (maxActiveRuns !== undefined && !isCount(maxActiveRuns, 1, 1_000_000))
    log.error('INVALID_VALUE', ['maxActiveRuns'], undefined, expected('a whole number from 1', maxActiveRuns))
  const names = schedules.map(({ name }) => name)
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue
    const message = `expected every schedule to have a name of its own, got '${name}' twice`
    log.error('DUPLICATE_ID', ['schedules', index, 'name'], undefined, message)
  }
}

const isCount = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to

const fixedDuration = 'a positive ISO 8601 duration without months and years, such as PT30S or P1D'

function checkSchedule(schedule: DagSchedule, path: Path, model: DagModel, log: DagLog): void {
  const fault = (field: string, message: string): void =>
    log.error('INVALID_VALUE', [...path, field], undefined, message)
  const timing = parseTiming(schedule)
  if (!timing.ok) {
    const { field, message } = timing.error
    if (field !== undefined) fault(field, message)
    else log.error('INVALID_VALUE', path, undefined, `${message} in schedule '${schedule.name}'`)
  }
  const { variant } = schedule
  if (variant !== undefined && !Object.hasOwn(model.variants ?? {}, variant)) {
    const known = Object.keys(model.variants ?? {}).join(', ')
    fault('variant', expected(`a variant of the DAG (${known})`, variant))
  }
}

function checkNode(item: Item, analysis: Analysis, log: DagLog): void {
  const { node, path } = item
  const fault: Fault = (field, message, code = 'INVALID_VALUE') =>
    log.error(code, [...path, ...[field].flat()], node.id, message)
  if (node.rule !== undefined && !triggerRules.includes(node.rule))
    fault('rule', expected(`one of ${triggerRules.join(', ')}`, node.rule))
  for (const field of ['when', 'over', 'until', 'expression'] as const) {
    const text = (node as { readonly [name in typeof field]?: string })[field]
    if (text !== undefined && !isFeel(text)) fault(field, expected("FEEL with a leading '='", text))
  }
  if ('task' in node) {
    checkTaskName(node, fault)
    checkOptions(node, fault)
  }
  if (node.kind === 'script') {
    checkScript(node, fault)
    checkOptions(node, fault)
  }
  if (node.kind === 'choice') checkChoice(item, node, fault)
  if (node.kind === 'repeat' && !isCount(node.maximum, 1, limits.loopRuns))
    fault('maximum', expected(`a whole number from 1 to ${limits.loopRuns}`, node.maximum))
  if (node.kind === 'dag' && !isFeel(node.dag) && !idPattern.test(node.dag))
    fault('dag', expected("the id of a DAG, or FEEL with a leading '='", node.dag))
  checkBranch(item, analysis, log)
}

function checkTaskName({ task, tags = [] }: TaskWork, fault: Fault): void {
  if (!idPattern.test(task)) fault('task', expected("the name of a task, such as 'application/fetch'", task))
  for (const tag of tags)
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(tag))
      fault('tags', expected("tags of letters, digits, '.', '_' and '-'", tag))
}

function checkOptions(options: TaskOptions, fault: Fault): void {
  const { retries, priority, onFailure } = options
  for (const field of ['backoff', 'timeout', 'cacheFor'] as const) {
    const text = options[field]
    if (text !== undefined && millisecondsOf(text) === undefined) fault(field, expected(fixedDuration, text))
  }
  if (retries !== undefined && !isCount(retries, 0, maxRetries))
    fault('retries', expected(`a whole number from 0 to ${maxRetries}`, retries))
  if (priority !== undefined && !isCount(priority, -maxPriority, maxPriority))
    fault('priority', expected(`a whole number from -${maxPriority} to ${maxPriority}`, priority))
  if (onFailure !== undefined && onFailure !== 'incident' && onFailure !== 'continue')
    fault('onFailure', expected('one of incident, continue', onFailure))
}

function checkChoice(item: Item, node: Extract<DagNode, { kind: 'choice' }>, fault: Fault): void {
  const { branches } = node
  if (branches.length === 0 || branches.length > maxBranches)
    fault('branches', expected(`1 to ${maxBranches} branches`, branches.length))
  const twice = branches.find((branch, index) => branches.indexOf(branch) !== index)
  if (twice !== undefined)
    fault('branches', `expected every branch once, got '${twice}' twice`, 'DUPLICATE_ID')
  if (node.by === 'round-robin' && item.part.owner === undefined) {
    const message = `expected '${node.id}' to stand in a map, generate or repeat node, whose runs take turns`
    fault('by', message, 'ROUND_ROBIN_OUTSIDE_PART')
  }
}

function checkBranch({ node, path }: Item, { items }: Analysis, log: DagLog): void {
  const { on } = node
  const chooser = on === undefined ? undefined : items.get(on.node)?.node
  if (on === undefined || chooser === undefined) return
  const fault = (message: string): void =>
    log.error('UNKNOWN_BRANCH', [...path, 'on', 'branch'], node.id, message)
  if (chooser.kind !== 'choice') fault(`expected a node that chooses, got '${chooser.id}', a ${chooser.kind}`)
  else if (!chooser.branches.includes(on.branch))
    fault(`expected a branch of '${chooser.id}' (${chooser.branches.join(', ')}), got '${on.branch}'`)
}
