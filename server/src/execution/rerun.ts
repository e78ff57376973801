/** Where a run begins that repeats another from a node on. */

import type { JsonObject } from '@braid/core/base/json.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Beginning } from '@braid/core/engine/event.ts'
import type { DagModel, DagNode } from '@braid/core/model/dag.ts'
import type { Program } from '@braid/core/model/program.ts'

export type RerunRequest = {
  readonly model: DagModel
  readonly program: Program
  readonly from: string
  /** Of the node, instead of what it had. */
  readonly input?: JsonObject
  /** Process variables of the run that is repeated. */
  readonly variables: JsonObject
  /** Flows that tokens of that run took. */
  readonly taken: ReadonlySet<string>
}

export type Continuation = {
  readonly begin: Beginning
  /** What the new run takes over. */
  readonly variables: JsonObject
}

/** `path`: what of the request is wrong; absent: the state of the run forbids it. */
export type RerunRefusal = { readonly path?: 'from' | 'input'; readonly message: string }

const refuse = (message: string, path?: RerunRefusal['path']): Result<never, RerunRefusal> =>
  failure(path === undefined ? { message } : { path, message })

/** The node an element belongs to, also when it only helps it. */
const nodeOf = (element: string): string => element.slice(element.lastIndexOf(':') + 1)

/**
 * The node begins anew; where what comes behind it waits for others, their tokens are there already. What does not come
 * behind it is not done again: what it gave is taken over.
 */
export function continuationOf(request: RerunRequest): Result<Continuation, RerunRefusal> {
  const { model, program, from, input, variables, taken } = request
  const node = model.nodes.find(({ id }) => id === from)
  if (node === undefined) {
    const around = outermostAround(model.nodes, from)
    return around === undefined
      ? refuse(`expected a node of the DAG, there is no ${from}`, 'from')
      : refuse(`expected an outermost node, but ${from} runs inside ${around}: begin at ${around}`, 'from')
  }
  if (input !== undefined && !takesInput(node))
    return refuse(`expected none: ${from} takes no input`, 'input')
  const behind = elementsBehind(program, from)
  const entries = program.flows.filter(
    ({ target, source }) => nodeOf(target) === from && nodeOf(source) !== from,
  )
  const others = program.flows.filter(
    ({ source, target }) =>
      behind.has(target) && !behind.has(source) && nodeOf(source) !== from && nodeOf(target) !== from,
  )
  const open = [...entries, ...others].find(({ id }) => !taken.has(id))
  if (open !== undefined)
    return refuse(`${nodeOf(open.source)}, on which ${from} or what follows it depends, has not ended`)
  const again = new Set([...behind].map(nodeOf))
  const kept = Object.entries(variables).filter(
    ([name]) => name !== 'output' && !again.has(name.replace(/__\w+$/, '')),
  )
  return success({
    begin: {
      elements: [{ element: from, ...(input === undefined ? {} : { variables: { input } }) }],
      flows: others.map(({ id }) => id),
    },
    variables: Object.fromEntries(kept),
  })
}

const takesInput = (node: DagNode): boolean =>
  node.kind === 'task' ||
  node.kind === 'script' ||
  node.kind === 'dag' ||
  node.kind === 'generate' ||
  (node.kind === 'choice' && node.by === 'task')

/** All that a token at an element can reach, with the element. */
function elementsBehind({ nodes, flows }: Program, from: string): ReadonlySet<string> {
  const behind = new Set([from])
  const next = new Map<string, string[]>()
  const add = (source: string, target: string): void => {
    next.set(source, [...(next.get(source) ?? []), target])
  }
  for (const { source, target } of flows) add(source, target)
  for (const node of nodes) if (node.type === 'boundary-event') add(node.attachedTo, node.id)
  // A set grows while it is walked through.
  for (const element of behind) for (const target of next.get(element) ?? []) behind.add(target)
  return behind
}

/** The outermost node in whose part a node is. */
function outermostAround(nodes: readonly DagNode[], id: string): string | undefined {
  const holds = (node: DagNode): boolean =>
    node.id === id || ('nodes' in node && node.nodes.some((inner) => holds(inner)))
  return nodes.find(holds)?.id
}
