/** Where ways part and meet. */
import type { ElementId, Expression, Trigger } from '@braid/core/model/program.ts'
import { catchEvent } from './events.ts'
import { expressionTask, gateway, receiveTask } from './tasks.ts'
import { anyTrigger, durationTrigger, messageTrigger, signalTrigger } from './triggers.ts'
import { type Block, condition, constant, feel, type Place, type WriteBlock, type Writer } from './writing.ts'

const inside = (place: Place): Place => ({ ...place, depth: place.depth + 1 })

export const choice =
  (block: WriteBlock): WriteBlock =>
  (writer, place) => {
    const { builder, random } = writer
    const split = gateway(writer, place, 'exclusive-gateway')
    const merge = gateway(writer, place, 'exclusive-gateway')
    const inner = inside(place)
    const branches = [block(writer, inner), block(writer, inner)] as const
    const asked = random.chance(0.5)
    const isAsked: Expression = writer.families === 'plain' ? constant(asked) : condition(random)
    builder.flow(split, branches[0].first, isAsked)
    const defaultFlow = builder.flow(split, branches[1].first)
    builder.change(split, (node) => ({ ...node, defaultFlow }))
    for (const { last } of branches) builder.flow(last, merge)
    return { first: split, last: merge }
  }

export const fork =
  (block: WriteBlock): WriteBlock =>
  (writer, place) => {
    const { builder, random } = writer
    const split = gateway(writer, place, 'parallel-gateway')
    const join = gateway(writer, place, 'parallel-gateway')
    const inner = inside(place)
    for (let branch = random.between(2, 3); branch > 0; branch--) {
      const { first, last } = block(writer, inner)
      builder.flow(split, first)
      builder.flow(last, join)
    }
    return { first: split, last: join }
  }

/** Any of the ways; one of them when no condition holds. */
export const inclusive =
  (block: WriteBlock): WriteBlock =>
  (writer, place) => {
    const { builder, random } = writer
    const split = gateway(writer, place, 'inclusive-gateway')
    const join = gateway(writer, place, 'inclusive-gateway')
    const inner = inside(place)
    for (let branch = random.between(1, 2); branch > 0; branch--) {
      const { first, last } = block(writer, inner)
      builder.flow(split, first, condition(random))
      builder.flow(last, join)
    }
    const otherwise = block(writer, inner)
    const defaultFlow = builder.flow(split, otherwise.first)
    builder.change(split, (node) => ({ ...node, defaultFlow }))
    builder.flow(otherwise.last, join)
    return { first: split, last: join }
  }

/** Goes on once enough tokens are there; the others are taken when no more can come. */
export const complex =
  (block: WriteBlock): WriteBlock =>
  (writer, place) => {
    const { builder, random } = writer
    const split = gateway(writer, place, 'parallel-gateway')
    const join = gateway(writer, place, 'complex-gateway')
    const inner = inside(place)
    const branches = random.between(2, 3)
    for (let branch = branches; branch > 0; branch--) {
      const { first, last } = block(writer, inner)
      builder.flow(split, first)
      builder.flow(last, join)
    }
    if (random.chance(0.8)) {
      const activationCondition = feel(`activationCount >= ${random.between(1, branches)}`)
      builder.change(join, (node) => ({ ...node, activationCondition }) as typeof node)
    }
    const after = gateway(writer, place, 'exclusive-gateway')
    builder.flow(join, after)
    return { first: split, last: after }
  }

export const plainRace: WriteBlock = (writer, place) => {
  const { random } = writer
  const triggers = [
    messageTrigger(random),
    random.chance(0.7) ? durationTrigger(random) : signalTrigger(random),
  ]
  return raceOf(writer, place, (event) => triggers.map(event))
}

/** The first of several events, receive tasks among them. */
export const race: WriteBlock = (writer, place) => {
  const { random } = writer
  return raceOf(writer, place, (event) => {
    const first = random.chance(0.4) ? receiveTask(writer, place) : event(messageTrigger(random))
    const other = anyTrigger(random)
    // All of several is not allowed behind an event-based gateway (§10.6.6).
    const either = other.kind === 'multiple' ? { ...other, parallel: false } : other
    return [first, event(either), event(durationTrigger(random))]
  })
}

function raceOf(
  writer: Writer,
  place: Place,
  events: (event: (trigger: Trigger) => ElementId) => readonly ElementId[],
): Block {
  const { builder } = writer
  const split = gateway(writer, place, 'event-based-gateway')
  const merge = gateway(writer, place, 'exclusive-gateway')
  const write = (trigger: Trigger): ElementId => {
    const id = catchEvent(writer, place, trigger)
    builder.flow(split, id)
    builder.flow(id, merge)
    return id
  }
  for (const id of events(write)) {
    if (!id.startsWith('receive')) continue
    builder.flow(split, id)
    builder.flow(id, merge)
  }
  return { first: split, last: merge }
}

/** Back again while a condition over variables holds, at most a few times. */
export const cycle =
  (block: WriteBlock): WriteBlock =>
  (writer, place) => {
    const { builder, random } = writer
    const merge = gateway(writer, place, 'exclusive-gateway')
    const body = block(writer, inside(place))
    const counter = builder.id('count')
    const count = builder.add({
      id: builder.id('script'),
      type: 'expression-task',
      scope: place.scope,
      boundaryEvents: [],
      expression: feel(`(if ${counter} = null then 0 else ${counter}) + 1`),
      resultVariable: counter,
    })
    const split = gateway(writer, place, 'exclusive-gateway')
    const after = gateway(writer, place, 'exclusive-gateway')
    builder.flow(merge, body.first)
    builder.flow(body.last, count)
    builder.flow(count, split)
    const asked = condition(random)
    const text = 'feel' in asked ? asked.feel : 'true'
    builder.flow(split, merge, feel(`${counter} < ${random.between(2, 4)} and (${text})`))
    const defaultFlow = builder.flow(split, after)
    builder.change(split, (node) => ({ ...node, defaultFlow }))
    return { first: merge, last: after }
  }

/** An activity makes several tokens at once, another one takes as many for one run. */
export const quantities: WriteBlock = (writer, place) => {
  const { builder, random } = writer
  const quantity = random.between(2, 3)
  const [first, last] = [expressionTask(writer, place), expressionTask(writer, place)]
  builder.change(first, (node) => ({ ...node, completionQuantity: quantity }) as typeof node)
  builder.change(last, (node) => ({ ...node, startQuantity: quantity }) as typeof node)
  builder.flow(first, last)
  return { first, last }
}

/** An activity with conditional flows and a default, as an inclusive gateway would have. */
export const conditionalFlows =
  (block: WriteBlock): WriteBlock =>
  (writer, place) => {
    const { builder, random } = writer
    const split = expressionTask(writer, place)
    const join = gateway(writer, place, 'inclusive-gateway')
    const [one, other] = [block(writer, inside(place)), block(writer, inside(place))]
    builder.flow(split, one.first, condition(random))
    const defaultFlow = builder.flow(split, other.first)
    builder.change(split, (node) => ({ ...node, defaultFlow }))
    builder.flow(one.last, join)
    builder.flow(other.last, join)
    return { first: split, last: join }
  }
