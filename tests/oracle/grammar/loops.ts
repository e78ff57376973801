/** Activities that run several times for one token. */
import { isDeepStrictEqual } from 'node:util'
import type { Effect, ElementId, JobSpec, LoopEvent, LoopSpec, Trigger } from '@braid/core/model/program.ts'
import { hashText, type Random } from '../../simulation/random.ts'
import { activityOf, type NodeDraft } from './program-builder.ts'
import {
  constant,
  escalationCodes,
  feel,
  localJobTypes,
  numbers,
  remoteJobTypes,
  signalNames,
  type Writer,
} from './writing.ts'

export function loopAround({ builder, random }: Writer, id: ElementId): void {
  const loop = random.chance(0.3) ? standardLoop(random) : multiInstance(random, id)
  builder.change(id, (node) => {
    if (!('boundaryEvents' in node) || node.scope === undefined) throw new Error(`${id} can't run in a loop`)
    const { scope, boundaryEvents } = node
    return { id, type: 'loop', scope, boundaryEvents, loop, activity: activityOf(node) }
  })
}

/** Whether the event at the boundary is one that the runs of the activity throw. */
export function catchesRuns(host: NodeDraft, trigger: Trigger): boolean {
  if (host.type !== 'loop' || host.loop.kind !== 'multi-instance') return false
  const parts = trigger.kind === 'multiple' ? trigger.triggers : [trigger]
  return host.loop.events.some(({ effect }) =>
    parts.some((part) => {
      if (part.kind === 'escalation' && effect.kind === 'escalation')
        return isDeepStrictEqual({ value: part.code }, effect.code)
      return part.kind === 'signal' && effect.kind === 'signal' && isDeepStrictEqual(part.name, effect.name)
    }),
  )
}

function standardLoop(random: Random): LoopSpec {
  const name = random.pick(numbers)
  const testBefore = random.chance(0.4)
  const bound = { maximum: constant(random.between(1, 3)) }
  if (random.chance(0.3)) return { kind: 'standard', testBefore, ...bound }
  const condition = feel(
    testBefore
      ? `if ${name} = null then true else ${name} < ${random.between(2, 5)}`
      : `loopCounter < ${random.between(1, 3)}`,
  )
  return { kind: 'standard', condition, testBefore, ...(testBefore || random.chance(0.5) ? bound : {}) }
}

function multiInstance(random: Random, id: ElementId): LoopSpec {
  const sequential = random.chance(0.5)
  const collection = random.pick([
    '[1, 2, 3]',
    '["a", "b"]',
    '[]',
    '[7]',
    `for i in 1..(if ${random.pick(numbers)} = null then 2 else 3) return i * 2`,
  ])
  const items = random.chance(0.7)
    ? {
        // Some of those that run at once get their items from a job.
        ...(collection === '[7]' && !sequential
          ? { stream: producer(id) }
          : { collection: feel(collection) }),
        inputElement: `item_${id}`,
      }
    : {
        cardinality: random.chance(0.5)
          ? constant(random.between(0, 3))
          : feel(`${random.between(1, 2)} + 1`),
      }
  const results = random.chance(0.5)
    ? {
        outputCollection: `results_${id}`,
        outputElement: feel('inputElement' in items ? `[loopCounter, item_${id}]` : 'loopCounter * 10'),
      }
    : {}
  const completionCondition = random.chance(0.4)
    ? { completionCondition: conditionOf(random, sequential) }
    : {}
  return {
    kind: 'multi-instance',
    sequential,
    ...items,
    ...results,
    ...completionCondition,
    events: eventsOf(random),
  }
}

const producer = (id: ElementId): JobSpec => ({
  type: constant(hashText(id) % 2 === 0 ? localJobTypes[0] : remoteJobTypes[0]),
  retries: constant(2),
  headers: { of: id },
})

const conditionOf = (random: Random, sequential: boolean) =>
  feel(
    random.pick([
      `numberOfCompletedInstances >= ${random.between(1, 2)}`,
      `loopCounter = ${random.between(1, 3)}`,
      sequential ? 'false' : 'numberOfCompletedInstances / numberOfInstances >= 0.5',
      sequential ? 'numberOfTerminatedInstances > 0' : 'numberOfActiveInstances <= 1',
    ]),
  )

function eventsOf(random: Random): readonly LoopEvent[] {
  if (!random.chance(0.25)) return []
  const effect: Effect = random.chance(0.6)
    ? { kind: 'escalation', code: constant(random.pick(escalationCodes)) }
    : { kind: 'signal', name: constant(random.pick(signalNames)) }
  if (random.chance(0.5)) return [{ after: random.pick(['each', 'first']), effect }]
  return [{ after: 'each', condition: feel(`loopCounter = ${random.between(1, 2)}`), effect }]
}
