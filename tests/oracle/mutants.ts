/**
 * Engines with one fault each. The oracle must find every one of them: what it can't find, it can't rule out either.
 * A fault is either in what an element does, planted by running another Program than the oracle knows, or in what the
 * engine remembers between commands, planted in `evolve`.
 */
import type { Key } from '@braid/core/base/key.ts'
import { decide } from '@braid/core/engine/decide.ts'
import type { Event, EventOf, EventType } from '@braid/core/engine/event.ts'
import { evolve } from '@braid/core/engine/evolve.ts'
import type { InstanceState } from '@braid/core/engine/state.ts'
import type { Effect, LoopSpec, Node, NodeType, Program, Trigger } from '@braid/core/model/program.ts'
import type { RunOptions } from './run-seed.ts'

export type Mutant = {
  readonly name: string
  /** Seeds within which it is found. */
  readonly within: number
  readonly run: Pick<RunOptions, 'engine' | 'serve'>
}

type OfType<T extends NodeType> = Extract<Node, { readonly type: T }>

/** Every node of some types is another one. */
function nodes<T extends NodeType>(types: readonly T[], change: (node: OfType<T>, program: Program) => Node) {
  const isMeant = (node: Node): node is OfType<T> => (types as readonly NodeType[]).includes(node.type)
  return (program: Program): Program => ({
    ...program,
    nodes: program.nodes.map((node) => (isMeant(node) ? change(node, program) : node)),
  })
}

const activities = [
  'sub-process',
  'ad-hoc-sub-process',
  'pass-task',
  'job-task',
  'expression-task',
  'user-task',
  'receive-task',
  'send-task',
  'call-activity',
] as const

type MultiInstance = Extract<LoopSpec, { readonly kind: 'multi-instance' }>

const multiInstances = (change: (loop: MultiInstance) => MultiInstance) =>
  nodes(['loop'], (node) =>
    node.loop.kind === 'multi-instance' ? { ...node, loop: change(node.loop) } : node,
  )

const standardLoops = (change: (loop: Exclude<LoopSpec, MultiInstance>) => LoopSpec) =>
  nodes(['loop'], (node) => (node.loop.kind === 'standard' ? { ...node, loop: change(node.loop) } : node))

const effects = (change: (effect: Effect) => Effect) =>
  nodes(['throw-event'], (node) => ({ ...node, effect: change(node.effect) }))

/** Without some elements, what is inside of them, and the flows from and to them. */
function lacking(isMissing: (node: Node, program: Program) => boolean) {
  return (program: Program): Program => {
    const missing = new Set(program.nodes.filter((node) => isMissing(node, program)).map(({ id }) => id))
    for (const { id, scope } of program.nodes) if (scope !== undefined && missing.has(scope)) missing.add(id)
    const flows = program.flows.filter(({ source, target }) => !missing.has(source) && !missing.has(target))
    const isThere = (id: string): boolean => !missing.has(id)
    const known = new Set(flows.map(({ id }) => id))
    const cleaned = program.nodes
      .filter(({ id }) => isThere(id))
      .map((node) => ({
        ...node,
        incoming: node.incoming.filter((id) => known.has(id)),
        outgoing: node.outgoing.filter((id) => known.has(id)),
        ...('boundaryEvents' in node ? { boundaryEvents: node.boundaryEvents.filter(isThere) } : {}),
        ...('eventSubProcesses' in node ? { eventSubProcesses: node.eventSubProcesses.filter(isThere) } : {}),
      }))
    return { ...program, nodes: cleaned as readonly Node[], flows }
  }
}

/** An event sub-process that undoes what it is in. */
const isUndoing = ({ id, type }: Node, { nodes: all }: Program): boolean =>
  type === 'event-sub-process' &&
  all.some((node) => node.scope === id && node.type === 'start-event' && node.trigger.kind === 'compensation')

function without<T extends object, K extends keyof T>(whole: T, ...names: readonly K[]): Omit<T, K> {
  const rest = { ...whole }
  for (const name of names) delete rest[name]
  return rest
}

const triggers = (change: (trigger: Trigger) => Trigger) =>
  nodes(['catch-event', 'boundary-event', 'start-event'], (node) => ({
    ...node,
    trigger: change(node.trigger),
  }))

/** One event of a type is remembered as another one, or not at all. */
function remembering<T extends EventType>(
  type: T,
  change: (event: EventOf<T>, state: InstanceState) => Event | undefined,
): Mutant['run'] {
  return {
    engine: {
      decide,
      evolve: (state, event) => {
        const changed = event.type === type ? change(event as EventOf<T>, state) : event
        if (changed !== undefined) evolve(state, changed)
      },
    },
  }
}

/** How many items a loop has taken from its job. */
function takenBy(state: InstanceState, job: Key): number {
  const owner = state.owners.get(job)
  return (owner === undefined ? undefined : state.elements.get(owner)?.extras.loop?.started) ?? 0
}

const reversed = (state: InstanceState, event: EventOf<'compensation-started'>): undefined => {
  evolve(state, event)
  state.elements.get(event.key)?.extras.queue?.reverse()
}

/** A record that was taken stays where it was. */
const twice = (event: EventOf<'element-activated'>, state: InstanceState): undefined => {
  const scope = event.scope === undefined ? undefined : state.elements.get(event.scope)
  const record = event.record === undefined ? undefined : scope?.extras.queue?.at(-1)
  evolve(state, event)
  if (record !== undefined) scope?.extras.queue?.push(record)
}

const loops: readonly Mutant[] = [
  {
    name: 'a completion condition is not asked',
    within: 200,
    run: { serve: multiInstances((loop) => without(loop, 'completionCondition')) },
  },
  {
    name: 'a loop whose items a job gives does not wait for more',
    within: 600,
    run: remembering('loop-counted', (event) => without(event, 'open') as typeof event),
  },
  {
    name: 'a loop forgets that it takes no more items',
    within: 600,
    run: remembering('loop-counted', (event) => ({ ...event, open: true })),
  },
  {
    name: 'an item that was given before starts another run',
    within: 1_200,
    run: {
      engine: {
        evolve,
        decide: (graph, state, command, context) =>
          decide(
            graph,
            state,
            command.type === 'add-items' ? { ...command, offset: takenBy(state, command.jobKey) } : command,
            context,
          ),
      },
    },
  },
  {
    name: 'what a loop has taken from its job is counted from the start after each run',
    within: 1_200,
    run: remembering('element-completed', (event, state) => {
      evolve(state, event)
      for (const { extras } of state.elements.values())
        if (extras.loop?.open === true) extras.loop.started = 0
      return undefined
    }),
  },
  {
    name: 'a multi-instance activity runs once too few',
    within: 100,
    run: {
      serve: multiInstances((loop) =>
        loop.collection !== undefined && 'feel' in loop.collection
          ? { ...loop, collection: { feel: `sublist(${loop.collection.feel}, 2)` } }
          : loop,
      ),
    },
  },
  {
    name: 'parallel instances run one after the other',
    within: 100,
    run: { serve: multiInstances((loop) => ({ ...loop, sequential: true })) },
  },
  {
    name: 'sequential instances run at once',
    within: 100,
    run: { serve: multiInstances((loop) => ({ ...loop, sequential: false })) },
  },
  {
    name: 'results of instances are not collected',
    within: 200,
    run: { serve: multiInstances((loop) => without(loop, 'outputCollection', 'outputElement')) },
  },
  {
    name: 'instances throw nothing when they complete',
    within: 300,
    run: { serve: multiInstances((loop) => ({ ...loop, events: [] })) },
  },
  {
    name: 'every instance throws what only the first should',
    within: 3_000,
    run: {
      serve: multiInstances((loop) => ({
        ...loop,
        events: loop.events.map((event) => ({ ...event, after: 'each' as const })),
      })),
    },
  },
  {
    name: 'a loop tests after its first run',
    within: 600,
    run: { serve: standardLoops((loop) => ({ ...loop, testBefore: false })) },
  },
  {
    name: 'a loop has no bound',
    within: 300,
    run: {
      serve: standardLoops((loop) =>
        loop.maximum === undefined ? loop : { ...loop, maximum: { value: 9 } },
      ),
    },
  },
  {
    name: 'a result is collected where the run before it was',
    within: 300,
    run: remembering('element-completed', (event, state) => {
      const run = state.elements.get(event.key)
      const body = run?.scope === undefined ? undefined : state.elements.get(run.scope)
      evolve(state, event)
      const results = body?.extras.loop?.results
      if (results !== undefined && event.result !== undefined) results.reverse()
      return undefined
    }),
  },
  {
    name: 'a completed run is not counted',
    within: 1_000,
    run: remembering('element-completed', (event, state) => {
      const scope = state.elements.get(event.key)?.scope
      const loop = scope === undefined ? undefined : state.elements.get(scope)?.extras.loop
      evolve(state, event)
      if (loop !== undefined) loop.completed -= 1
      return undefined
    }),
  },
]

const gateways: readonly Mutant[] = [
  {
    name: 'a parallel join fires with one token',
    within: 50,
    run: {
      serve: nodes(['parallel-gateway'], (node) =>
        node.incoming.length > 1 ? { ...node, type: 'exclusive-gateway' } : node,
      ),
    },
  },
  {
    name: 'an inclusive join does not wait',
    within: 50,
    run: {
      serve: nodes(['inclusive-gateway'], (node) =>
        node.incoming.length > 1 ? { ...node, type: 'exclusive-gateway' } : node,
      ),
    },
  },
  {
    name: 'an inclusive split takes one way only',
    within: 100,
    run: {
      serve: nodes(['inclusive-gateway'], (node) =>
        node.outgoing.length > 1 ? { ...node, type: 'exclusive-gateway' } : node,
      ),
    },
  },
  {
    name: 'a complex gateway waits for all tokens',
    within: 100,
    run: {
      serve: nodes(['complex-gateway'], (node) => ({
        ...node,
        activationCondition: { feel: `activationCount >= ${node.incoming.length}` },
      })),
    },
  },
  {
    name: 'a complex gateway goes on with the first token',
    within: 100,
    run: { serve: nodes(['complex-gateway'], (node) => without(node, 'activationCondition') as Node) },
  },
  {
    name: 'a complex gateway forgets that it fired',
    within: 300,
    run: remembering('gateway-fired', () => undefined),
  },
  {
    name: 'a complex gateway is never reset',
    within: 1_000,
    run: remembering('gateway-reset', () => undefined),
  },
  {
    name: 'a start quantity is ignored',
    within: 200,
    run: { serve: nodes(activities, (node) => without(node, 'startQuantity') as Node) },
  },
  {
    name: 'a completion quantity is ignored',
    within: 200,
    run: { serve: nodes(activities, (node) => without(node, 'completionQuantity') as Node) },
  },
  {
    name: 'tokens of an interrupted scope stay at its joins',
    within: 1_000,
    run: remembering('tokens-dropped', () => undefined),
  },
  {
    name: 'a token that waits is counted twice',
    within: 100,
    run: remembering('flow-taken', (event, state) => {
      if (event.waits === true) evolve(state, event)
      return event
    }),
  },
  {
    name: 'an event-based gateway waits for all but its last event',
    within: 100,
    run: {
      serve: (program) =>
        lacking((node) =>
          program.nodes.some(
            ({ type, outgoing }) =>
              type === 'event-based-gateway' &&
              program.flows.find((flow) => flow.id === outgoing.at(-1))?.target === node.id,
          ),
        )(program),
    },
  },
]

const events: readonly Mutant[] = [
  {
    name: 'a parallel multiple event occurs with its first trigger',
    within: 200,
    run: {
      serve: triggers((trigger) => (trigger.kind === 'multiple' ? { ...trigger, parallel: false } : trigger)),
    },
  },
  {
    name: 'a multiple event waits for its first trigger only',
    within: 200,
    run: {
      serve: triggers((trigger) =>
        trigger.kind === 'multiple' ? { ...trigger, triggers: trigger.triggers.slice(0, 1) } : trigger,
      ),
    },
  },
  {
    name: 'a trigger of a parallel multiple event is forgotten',
    within: 500,
    run: remembering('trigger-matched', () => undefined),
  },
  {
    name: 'a condition is taken for its contrary',
    within: 100,
    run: {
      serve: triggers((trigger) =>
        trigger.kind === 'conditional' && 'feel' in trigger.condition
          ? { ...trigger, condition: { feel: `not(${trigger.condition.feel})` } }
          : trigger,
      ),
    },
  },
  {
    name: 'a conditional event occurs again while its condition holds',
    within: 500,
    run: remembering('condition-changed', () => undefined),
  },
  {
    name: 'a multiple event throws its first effect only',
    within: 200,
    run: {
      serve: effects((effect) => (effect.kind === 'multiple' ? (effect.effects[0] as Effect) : effect)),
    },
  },
  {
    name: 'a terminate event ends its own token only',
    within: 300,
    run: { serve: effects((effect) => (effect.kind === 'terminate' ? { kind: 'none' } : effect)) },
  },
  {
    name: 'an escalation is not thrown',
    within: 200,
    run: { serve: effects((effect) => (effect.kind === 'escalation' ? { kind: 'none' } : effect)) },
  },
  {
    name: 'an error is caught whatever its code',
    within: 400,
    run: { serve: triggers((trigger) => (trigger.kind === 'error' ? { kind: 'error' } : trigger)) },
  },
  {
    name: 'a boundary event that interrupts does not',
    within: 100,
    run: { serve: nodes(['boundary-event'], (node) => ({ ...node, interrupting: false })) },
  },
  {
    name: 'an event sub-process always interrupts',
    within: 200,
    run: { serve: nodes(['start-event'], (node) => ({ ...node, interrupting: true })) },
  },
  {
    name: 'the second start event of an event sub-process is not awaited',
    within: 300,
    run: {
      serve: nodes(['event-sub-process'], (node) => ({
        ...node,
        triggeredStarts: node.triggeredStarts.slice(0, 1),
      })),
    },
  },
  {
    name: 'a cycle is armed once more than it says',
    within: 300,
    run: remembering('timer-armed', (event) =>
      event.repetitions === undefined || event.repetitions < 0
        ? event
        : { ...event, repetitions: event.repetitions + 1 },
    ),
  },
]

const undoing: readonly Mutant[] = [
  {
    name: 'a record of something to undo is dropped',
    within: 200,
    run: remembering('element-completed', (event) => without(event, 'snapshot') as Event),
  },
  {
    name: 'what completed first is undone first',
    within: 1_000,
    run: remembering('compensation-started', (event, state) => reversed(state, event)),
  },
  { name: 'something is undone twice', within: 500, run: remembering('element-activated', twice) },
  {
    name: 'what undoes lacks the data of what it undoes',
    within: 500,
    run: remembering('element-completed', (event) =>
      event.snapshot === undefined ? event : { ...event, snapshot: { lost: true } },
    ),
  },
  {
    name: 'an event that undoes one activity undoes all',
    within: 500,
    run: {
      serve: effects((effect) =>
        effect.kind === 'compensation' ? (without(effect, 'activity') as Effect) : effect,
      ),
    },
  },
  {
    name: 'an event that should wait for what undoes goes on at once',
    within: 200,
    run: {
      serve: effects((effect) => (effect.kind === 'compensation' ? { ...effect, wait: false } : effect)),
    },
  },
  {
    name: 'a compensation event undoes nothing',
    within: 100,
    run: { serve: effects((effect) => (effect.kind === 'compensation' ? { kind: 'none' } : effect)) },
  },
  {
    name: 'a canceled transaction leaves by its normal flow',
    within: 200,
    run: { serve: effects((effect) => (effect.kind === 'cancel' ? { kind: 'none' } : effect)) },
  },
  {
    name: 'a canceled transaction has no cancel event to leave by',
    within: 200,
    run: {
      serve: lacking(
        ({ type, ...node }) =>
          type === 'boundary-event' && 'trigger' in node && node.trigger.kind === 'cancel',
      ),
    },
  },
  {
    name: 'an error out of a transaction cancels it',
    within: 600,
    run: {
      serve: (program) => {
        const isIn = (scope: string | undefined): boolean =>
          program.nodes.some((node) => node.id === scope && node.type === 'sub-process' && node.transaction)
        return nodes(['throw-event'], (node) =>
          isIn(node.scope) && node.effect.kind === 'error' ? { ...node, effect: { kind: 'cancel' } } : node,
        )(program)
      },
    },
  },
  {
    name: 'the event sub-process that undoes is passed over',
    within: 600,
    run: {
      serve: lacking(isUndoing),
    },
  },
]

const adHoc = (change: (node: OfType<'ad-hoc-sub-process'>) => Node): Mutant['run'] => ({
  serve: nodes(['ad-hoc-sub-process'], change),
})

const freeOrder: readonly Mutant[] = [
  {
    name: 'an ad-hoc sub-process does not ask its condition',
    within: 200,
    run: adHoc((node) => without(node, 'completionCondition') as Node),
  },
  {
    name: 'an ad-hoc sub-process ends what it should wait for',
    within: 400,
    run: adHoc((node) => ({ ...node, cancelRemaining: true })),
  },
  {
    name: 'a sequential ad-hoc sub-process runs everything at once',
    within: 200,
    run: adHoc((node) => ({ ...node, sequential: false })),
  },
  {
    name: 'an ad-hoc sub-process activates everything',
    within: 300,
    run: adHoc((node) => without(node, 'activeElements') as Node),
  },
  {
    name: 'what a sequential ad-hoc sub-process has yet to do is forgotten',
    within: 500,
    run: remembering('elements-enabled', () => undefined),
  },
]

const data: readonly Mutant[] = [
  {
    name: 'a called process gives nothing back',
    within: 200,
    run: {
      serve: nodes(['call-activity'], (node) => ({
        ...node,
        call: { ...node.call, propagateAllChildVariables: false },
      })),
    },
  },
  {
    name: 'a variable is lost',
    within: 100,
    run: remembering('variables-set', (event) =>
      Object.keys(event.variables).length > 0 ? undefined : event,
    ),
  },
  {
    name: 'a job has one retry more than was left',
    within: 200,
    run: remembering('job-failed', (event) => ({ ...event, retries: event.retries + 1 })),
  },
]

export const mutants: readonly Mutant[] = [
  ...loops,
  ...gateways,
  ...events,
  ...undoing,
  ...freeOrder,
  ...data,
]
