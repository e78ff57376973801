/**
 * Faults that are planted on purpose, each a promise broken in one place. The simulation must find every one of them;
 * what it can't find, it can't rule out either.
 */
import type { Program } from '@braid/core/model/program.ts'
import type { Families } from '../oracle/grammar/writing.ts'
import type { Defects } from './defects.ts'

export type PlantedFault = {
  readonly name: string
  readonly defects: Defects
  /** Blocks that the processes are made of; by default the plain ones. */
  readonly families?: Families
  /** Seeds within which it is found. */
  readonly within: number
  /** Invariants that it breaks; any of them may be the first to show. */
  readonly breaks: readonly string[]
}

/** A join that goes on with the first token that comes. */
const joinWithOneToken = (program: Program): Program => ({
  ...program,
  nodes: program.nodes.map((node) =>
    node.type === 'parallel-gateway' && node.incoming.length > 1
      ? { ...node, type: 'exclusive-gateway' }
      : node,
  ),
})

/** A fork that forgets its last way. */
function forkWithLostToken(program: Program): Program {
  const lost = new Set<string>()
  const nodes = program.nodes.map((node) => {
    if (node.type !== 'parallel-gateway' || node.outgoing.length < 2) return node
    const outgoing = node.outgoing.slice(0, -1)
    lost.add(node.outgoing.at(-1) ?? '')
    return { ...node, outgoing }
  })
  return { ...program, nodes, flows: program.flows.filter((flow) => !lost.has(flow.id)) }
}

/** Cycles that fire once more than they should. */
const cycleOnceMore = (program: Program): Program => ({
  ...program,
  nodes: program.nodes.map((node) => {
    if (!('trigger' in node) || node.trigger.kind !== 'timer' || node.trigger.timer !== 'cycle') return node
    return { ...node, trigger: { ...node.trigger, value: { value: 'R4/PT2S' } } }
  }),
})

/** An event that should only add something, ends what it is attached to. */
const interruptingBoundary = (program: Program): Program => ({
  ...program,
  nodes: program.nodes.map((node) =>
    node.type === 'boundary-event' ? { ...node, interrupting: true } : node,
  ),
})

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'the version guard is dropped',
    defects: { store: ['no version guard'] },
    within: 300,
    breaks: ['I7'],
  },
  { name: 'claims are not kept', defects: { store: ['no claims'] }, within: 1_000, breaks: ['I2', 'I10'] },
  {
    name: 'a commit stores its history without its rows',
    defects: { store: ['torn commit'] },
    within: 50,
    breaks: ['I8', 'I11'],
  },
  {
    name: 'a commit stores its history without its instance',
    defects: { store: ['half a commit'] },
    within: 100,
    breaks: ['I8'],
  },
  { name: 'a timer has no row', defects: { store: ['forgotten timer row'] }, within: 50, breaks: ['I8'] },
  {
    name: 'a subscription is never closed',
    defects: { store: ['subscription never closed'] },
    within: 50,
    breaks: ['I8'],
  },
  {
    name: 'a command to another instance has no row',
    defects: { store: ['forgotten outbox row'] },
    within: 100,
    breaks: ['I8'],
  },
  {
    name: 'a leased job is given to a second worker',
    defects: { store: ['leases ignored'] },
    within: 100,
    breaks: ['I3'],
  },
  {
    name: 'jobs held by a stopped node are forgotten',
    defects: { store: ['held jobs forgotten'] },
    within: 200,
    breaks: ['I18'],
  },
  {
    name: 'an instance that exists is created again',
    defects: { store: ['existing instance overwritten'] },
    within: 1_000,
    breaks: ['I7', 'I2'],
  },
  {
    name: 'a message id is not looked at',
    defects: { store: ['message ids ignored'] },
    within: 200,
    breaks: ['I10'],
  },
  {
    name: 'messages leave the buffer before their time',
    defects: { store: ['buffer emptied'] },
    within: 1_000,
    breaks: ['I10'],
  },
  {
    name: 'the clock of a node is ahead, so that timers are early',
    defects: { clockAheadMs: 2_000 },
    within: 50,
    breaks: ['I4'],
  },
  {
    name: 'a commit is acknowledged before it is stored',
    defects: { answersEarly: true },
    within: 100,
    breaks: ['acknowledged', 'L2', 'I3'],
  },
  {
    name: 'a commit that failed is taken for stored',
    defects: { historyShows: 'everything' },
    within: 300,
    breaks: ['acknowledged', 'L2', 'I18', 'I3'],
  },
  {
    name: 'a commit that was stored is taken for lost',
    defects: { historyShows: 'nothing' },
    within: 1_000,
    breaks: ['acknowledged', 'I11', 'I18'],
  },
  {
    name: 'a join fires with one token',
    defects: { serve: joinWithOneToken },
    within: 100,
    breaks: ['I1', 'I12', 'I8'],
  },
  { name: 'a fork loses a token', defects: { serve: forkWithLostToken }, within: 100, breaks: ['I1', 'I11'] },
  { name: 'a cycle fires once more', defects: { serve: cycleOnceMore }, within: 100, breaks: ['I4'] },
  {
    name: 'an event interrupts what it should not',
    defects: { serve: interruptingBoundary },
    within: 200,
    breaks: ['I1', 'I2', 'I4', 'I18', 'I8'],
  },
]
