/** What all parts of the grammar share: the program that grows, the place where a block stands, the names in use. */
import type { ElementId, Expression } from '@braid/core/model/program.ts'
import type { Random } from '../../simulation/random.ts'
import type { ProgramBuilder } from './program-builder.ts'

/** Done by handlers inside the nodes. */
export const localJobTypes = ['local-a', 'local-b'] as const
/** Done by workers outside. */
export const remoteJobTypes = ['remote-a', 'remote-b'] as const
export const messageNames = ['m1', 'm2', 'm3'] as const
/** Starts instances, and is waited for nowhere else: so that help for waiting instances starts no new ones. */
export const startMessageName = 'begin'
/** For events that interrupt nothing, which would take the messages of others again and again. */
export const repeatedMessageName = 'again'
export const repeatedSignalName = 'once more'
export const correlationKeys = ['k1', 'k2'] as const
export const signalNames = ['s1', 's2'] as const
/** Thrown by workers; caught only where the model says so. */
export const errorCode = 'E1'
/** Thrown by events inside of what catches them, or by nobody. */
export const innerErrorCode = 'E2'
export const escalationCodes = ['X1', 'X2'] as const
/** Changed from outside only, so that a command changes them once. Conditional events wait for them. */
export const switches = ['c1', 'c2'] as const
/** What gateways ask for; anybody changes them. */
export const numbers = ['n1', 'n2'] as const

/** `plain`: the blocks of the first grammar, drawn as it did, so that seeds keep their meaning. */
export type Families = 'plain' | 'all'

export type Writer = {
  readonly builder: ProgramBuilder
  readonly random: Random
  readonly callable: readonly string[]
  readonly families: Families
}
/** Where a block stands. `undoes`: inside of something that undoes, where nothing is to be undone. */
export type Place = { readonly scope: ElementId; readonly depth: number; readonly undoes?: true }
export type Block = { readonly first: ElementId; readonly last: ElementId }
export type WriteBlock = (writer: Writer, place: Place) => Block
export type WriteElement = (writer: Writer, place: Place) => ElementId
export type Weighted = readonly [weight: number, write: WriteBlock]

export const maxDepth = 2

export const constant = (value: string | number | boolean): Expression => ({ value })
export const feel = (text: string): Expression => ({ feel: text })
export const single = (id: ElementId): Block => ({ first: id, last: id })

export function pickWeighted(random: Random, choices: readonly Weighted[]): WriteBlock {
  const total = choices.reduce((sum, [weight]) => sum + weight, 0)
  let left = random.below(total)
  for (const [weight, write] of choices) {
    left -= weight
    if (left < 0) return write
  }
  throw new Error('no block was chosen')
}

export function sequence(writer: Writer, place: Place, count: number, write: WriteBlock): Block {
  const blocks = Array.from({ length: count }, () => write(writer, place))
  for (const [index, next] of blocks.entries()) {
    const before = blocks[index - 1]
    if (before !== undefined) writer.builder.flow(before.last, next.first)
  }
  return { first: (blocks[0] as Block).first, last: (blocks.at(-1) as Block).last }
}

/** Adds the id to a list of the node that holds one: boundary events, event sub-processes. */
export function attach(
  { builder }: Writer,
  host: ElementId,
  list: 'boundaryEvents' | 'eventSubProcesses',
  id: ElementId,
): void {
  builder.change(host, (node) => {
    if (list === 'boundaryEvents' && 'boundaryEvents' in node)
      return { ...node, boundaryEvents: [...node.boundaryEvents, id] }
    if (list === 'eventSubProcesses' && 'eventSubProcesses' in node)
      return { ...node, eventSubProcesses: [...node.eventSubProcesses, id] }
    throw new Error(`${host} has no ${list}`)
  })
}

/** A condition over variables that may be absent: true or false in any case. */
export function condition(random: Random): Expression {
  const name = random.pick(numbers)
  return feel(
    random.pick([
      `${name} != null and ${name} > ${random.between(1, 3)}`,
      `if ${name} = null then true else ${name} <= ${random.between(1, 4)}`,
      `list contains([1, 3, 5], ${name})`,
    ]),
  )
}

/** Holds while a switch is on. */
export const switchedOn = (random: Random): Expression => feel(`${random.pick(switches)} = true`)
