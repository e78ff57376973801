/** How often an activity runs for one token (BPMN 2.0 §10.3.8), with `zeebe:loopCharacteristics`. */
import type { Expression, LoopEvent, LoopSpec } from '../../model/program.ts'
import { loopItemOf } from './data-associations.ts'
import { effectOf } from './effects.ts'
import {
  describe,
  type Element,
  elementOf,
  elementsOf,
  extensionOf,
  extensionsOf,
  flagOf,
  textOf,
} from './element.ts'
import { definitionsOf, maxMeanings } from './event-definitions.ts'
import { checkExtensions } from './extensions.ts'
import { streamOf } from './jobs.ts'
import type { NodeContext } from './node-context.ts'
import { quoted } from './quote.ts'
import { isVariableName } from './variable-path.ts'

type MultiInstance = Extract<LoopSpec, { readonly kind: 'multi-instance' }>

/** What every part of a loop is read from. */
type LoopSource = {
  readonly element: Element
  readonly loop: Element
  readonly zeebe: Element | undefined
  readonly context: NodeContext
}

function refuse({ element, context }: LoopSource, expected: string, came: string): undefined {
  context.log.error('INVALID_LOOP', element, `expected ${expected} of ${describe(element)}, got ${came}`)
}

const number = /^[+-]?\d{1,15}(?:\.\d+)?$/

/** A number of runs: a constant is checked now, FEEL when the activity begins. */
function countOf(text: string, what: string, source: LoopSource): Expression {
  const constant = text.trim().replace(/^=/, '').trim()
  if (!number.test(constant)) return source.context.expressions.condition(text, source.element, what)
  const value = Number(constant)
  if (!Number.isInteger(value) || value < 0)
    refuse(source, `the ${what} to be a whole number from 0`, constant)
  return { value }
}

function variableOf(name: string | undefined, what: string, source: LoopSource): string | undefined {
  const trimmed = name?.trim()
  if (trimmed === undefined || isVariableName(trimmed)) return trimmed
  return refuse(source, `the ${what} to be a variable`, quoted(trimmed))
}

function standardLoop(source: LoopSource): LoopSpec {
  const { loop, element, context } = source
  const condition = textOf(elementOf(loop, 'loopCondition'), 'body')
  const maximum = textOf(loop, 'loopMaximum')
  if (condition === undefined && maximum === undefined)
    refuse(source, 'the loop to have a condition or a maximum', 'none')
  return {
    kind: 'standard',
    ...(condition !== undefined && {
      condition: context.expressions.condition(condition, element, 'loop condition'),
    }),
    testBefore: flagOf(loop, 'testBefore') === true,
    ...(maximum !== undefined && { maximum: countOf(maximum, 'loop maximum', source) }),
  }
}

/** What is thrown for one run (BPMN 2.0 table 10.29): for each, for the first, or where a condition holds. */
function eventsOf(source: LoopSource): readonly LoopEvent[] {
  const { loop } = source
  switch (textOf(loop, 'behavior')) {
    case 'None':
      return eventOf('each', 'noneBehaviorEventRef', source)
    case 'One':
      return eventOf('first', 'oneBehaviorEventRef', source)
    case 'Complex':
      return complexEvents(source)
    default:
      return []
  }
}

function eventOf(after: LoopEvent['after'], property: string, source: LoopSource): readonly LoopEvent[] {
  const { element, loop, context } = source
  const definition = elementOf(loop, property)
  if (definition === undefined) {
    refuse(source, `a ${property} for the behavior`, 'none')
    return []
  }
  const effect = effectOf(element, [definition], 'loop', context)
  return effect === undefined ? [] : [{ after, effect }]
}

function complexEvents(source: LoopSource): readonly LoopEvent[] {
  const behaviors = elementsOf(source.loop, 'complexBehaviorDefinition')
  if (behaviors.length <= maxMeanings) return behaviors.flatMap((behavior) => complexEvent(behavior, source))
  refuse(source, `at most ${maxMeanings} complex behaviors`, String(behaviors.length))
  return []
}

function complexEvent(behavior: Element, source: LoopSource): readonly LoopEvent[] {
  const { element, context } = source
  const text = textOf(elementOf(behavior, 'condition'), 'body')
  if (text === undefined) {
    refuse(source, 'every complex behavior to have a condition', 'none')
    return []
  }
  const condition = context.expressions.condition(text, element, 'condition of a complex behavior')
  const event = elementOf(behavior, 'event')
  const effect = event && effectOf(element, definitionsOf(event), 'loop', context)
  return effect === undefined ? [] : [{ after: 'each', condition, effect }]
}

/** Items come from a collection or from a job, or there is just a number of runs. */
function runsOf(
  source: LoopSource,
): Pick<MultiInstance, 'collection' | 'cardinality' | 'stream' | 'inputElement'> {
  const { element, loop, zeebe, context } = source
  const given = textOf(zeebe, 'inputCollection') ?? loopItemOf(loop, 'loopDataInputRef', element)
  const cardinality = textOf(elementOf(loop, 'loopCardinality'), 'body')
  const streams = extensionsOf(loop, 'braid:Stream').length
  const ways = (given === undefined ? 0 : 1) + (cardinality === undefined ? 0 : 1) + streams
  if (ways !== 1)
    refuse(source, 'either a collection, a cardinality or a stream', ways === 0 ? 'none' : `${ways} of them`)
  const stream = streamOf(loop, element, context)
  if (stream !== undefined && flagOf(loop, 'isSequential') === true)
    refuse(source, 'the runs of a stream to be parallel', 'sequential ones')
  const item = textOf(zeebe, 'inputElement') ?? textOf(elementOf(loop, 'inputDataItem'), 'name')
  const inputElement = variableOf(item, 'input element', source)
  return {
    ...(given !== undefined && {
      collection: context.expressions.condition(given, element, 'input collection'),
    }),
    ...(cardinality !== undefined && { cardinality: countOf(cardinality, 'loop cardinality', source) }),
    ...(stream !== undefined && { stream }),
    ...(inputElement !== undefined && { inputElement }),
  }
}

function resultsOf(source: LoopSource): Pick<MultiInstance, 'outputCollection' | 'outputElement'> {
  const { element, loop, zeebe, context } = source
  const outputCollection = variableOf(
    textOf(zeebe, 'outputCollection') ?? loopItemOf(loop, 'loopDataOutputRef', element),
    'output collection',
    source,
  )
  const item = textOf(zeebe, 'outputElement') ?? textOf(elementOf(loop, 'outputDataItem'), 'name')
  if (outputCollection === undefined && item === undefined) return {}
  if (outputCollection === undefined || item === undefined) {
    const came = item === undefined ? 'only a collection' : 'only an element'
    refuse(source, 'both an output collection and an output element', came)
    return {}
  }
  return { outputCollection, outputElement: context.expressions.condition(item, element, 'output element') }
}

function multiInstance(source: LoopSource): MultiInstance {
  const { element, loop, context } = source
  const completion = textOf(elementOf(loop, 'completionCondition'), 'body')
  return {
    kind: 'multi-instance',
    sequential: flagOf(loop, 'isSequential') === true,
    ...runsOf(source),
    ...resultsOf(source),
    ...(completion !== undefined && {
      completionCondition: context.expressions.condition(completion, element, 'completion condition'),
    }),
    events: eventsOf(source),
  }
}

const referenced = ['signalRef', 'messageRef', 'escalationRef'] as const

const isSameEvent = (one: Element, other: Element): boolean =>
  one === other ||
  referenced.some((name) => one[name] !== undefined && one.$type === other.$type && one[name] === other[name])

/**
 * Whether a boundary event catches what the runs of its own activity throw. It can't end the activity, whatever it says:
 * the standard has such events thrown for every run, or for the first while the others go on (BPMN 2.0 §10.3.8).
 */
export function catchesRunsOf(host: Element, event: Element): boolean {
  const loop = elementOf(host, 'loopCharacteristics')
  const thrown = [
    ...[elementOf(loop, 'noneBehaviorEventRef'), elementOf(loop, 'oneBehaviorEventRef')],
    ...elementsOf(loop, 'complexBehaviorDefinition')
      .slice(0, maxMeanings)
      .flatMap((behavior) => {
        const implicit = elementOf(behavior, 'event')
        return implicit === undefined ? [] : definitionsOf(implicit)
      }),
  ].filter((definition) => definition !== undefined)
  return thrown.some((one) => definitionsOf(event).some((other) => isSameEvent(one, other)))
}

/** `undefined`: the activity runs once per token. */
export function loopOf(element: Element, context: NodeContext): LoopSpec | undefined {
  const loop = elementOf(element, 'loopCharacteristics')
  if (loop === undefined) return undefined
  checkExtensions(loop, context.log)
  const source = { element, loop, zeebe: extensionOf(loop, 'zeebe:LoopCharacteristics'), context }
  return loop.$type === 'bpmn:StandardLoopCharacteristics' ? standardLoop(source) : multiInstance(source)
}
