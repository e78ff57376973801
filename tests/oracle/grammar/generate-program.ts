/**
 * Random processes from a grammar of blocks with one way in and one way out, so that every one of them can end. With
 * the plain families all expressions are constants: which way a token goes is known from the Program alone.
 */
import type { Program, Trigger } from '@braid/core/model/program.ts'
import type { Random } from '../../simulation/random.ts'
import { compensable, saga, undoneOnError } from './compensation.ts'
import { catchEvent, eventfulEnd, plainThrowEvent, throwEvent } from './events.ts'
import {
  choice,
  complex,
  conditionalFlows,
  cycle,
  fork,
  inclusive,
  plainRace,
  quantities,
  race,
} from './gateways.ts'
import { createProgramBuilder } from './program-builder.ts'
import { addEventSubProcess, adHoc, failing, subProcess, terminating, transaction } from './scopes.ts'
import {
  activity,
  callActivity,
  endEvent,
  expressionTask,
  jobTask,
  passTask,
  receiveTask,
  sendTask,
  userTask,
} from './tasks.ts'
import { anyTrigger, durationTrigger, messageTrigger, signalTrigger } from './triggers.ts'
import {
  constant,
  type Families,
  maxDepth,
  type Place,
  pickWeighted,
  sequence,
  single,
  startMessageName,
  type Weighted,
  type WriteBlock,
  type Writer,
} from './writing.ts'

export type GenerateOptions = {
  readonly processId: string
  readonly blocks: number
  /** Processes it may call. */
  readonly callable: readonly string[]
  readonly start: 'none' | 'message' | 'timer'
  readonly families: Families
}

export function generateProgram(random: Random, options: GenerateOptions): Program {
  const builder = createProgramBuilder(options.processId)
  const { callable, families } = options
  const writer: Writer = { builder, random, callable, families }
  const { processId } = builder
  const start = builder.id('start')
  const triggered = options.start !== 'none'
  builder.add({
    id: processId,
    type: 'process',
    starts: triggered ? [] : [start],
    triggeredStarts: triggered ? [start] : [],
    eventSubProcesses: [],
  })
  builder.add({
    id: start,
    type: 'start-event',
    scope: processId,
    trigger: startTrigger(options.start),
    interrupting: true,
  })
  const place: Place = { scope: processId, depth: 0 }
  const body = sequence(writer, place, options.blocks, block)
  builder.flow(start, body.first)
  builder.flow(
    body.last,
    families === 'all' && random.chance(0.2) ? eventfulEnd(writer, place) : endEvent(writer, place),
  )
  if (random.chance(0.2)) addEventSubProcess(writer, place)
  return builder.build()
}

function startTrigger(start: GenerateOptions['start']): Trigger {
  if (start === 'message') return { kind: 'message', name: constant(startMessageName) }
  if (start === 'timer') return { kind: 'timer', timer: 'cycle', value: constant('R2/PT4S') }
  return { kind: 'none' }
}

const block: WriteBlock = (writer, place) => {
  const { leaves, nests } = writer.families === 'plain' ? plain : all
  return pickWeighted(writer.random, place.depth < maxDepth ? [...leaves, ...nests] : leaves)(writer, place)
}

const catching =
  (trigger: (random: Random) => Trigger): WriteBlock =>
  (writer, place) =>
    single(catchEvent(writer, place, trigger(writer.random)))

const called: WriteBlock = (writer, place) =>
  writer.callable.length === 0 ? single(jobTask(writer, place)) : activity(callActivity)(writer, place)

/** Blocks in blocks. */
const inner: WriteBlock = (writer, place) => block(writer, place)

type Choices = { readonly leaves: readonly Weighted[]; readonly nests: readonly Weighted[] }

const plain: Choices = {
  leaves: [
    [8, activity(jobTask)],
    [1, (writer, place) => single(passTask(writer, place))],
    [2, activity(userTask)],
    [2, catching((random) => messageTrigger(random))],
    [1, catching((random) => signalTrigger(random))],
    [2, catching(durationTrigger)],
    [2, (writer, place) => single(plainThrowEvent(writer, place))],
    [2, called],
  ],
  nests: [
    [2, choice(inner)],
    [4, fork(inner)],
    [2, plainRace],
    [4, subProcess(inner)],
  ],
}

const all: Choices = {
  leaves: [
    [6, activity(jobTask)],
    [1, activity(passTask)],
    [2, activity(userTask)],
    [2, activity(expressionTask)],
    [1, activity(receiveTask)],
    [1, activity(sendTask)],
    [3, catching((random) => anyTrigger(random))],
    [3, (writer, place) => single(throwEvent(writer, place))],
    [2, called],
  ],
  nests: [
    [2, choice(inner)],
    [3, fork(inner)],
    [2, inclusive(inner)],
    [2, complex(inner)],
    [1, conditionalFlows(inner)],
    [1, quantities],
    [2, race],
    [2, cycle(inner)],
    [1, cycle(complex(inner))],
    [1, terminating(inner)],
    [4, subProcess(inner)],
    [2, failing(inner)],
    [2, adHoc],
    [2, saga],
    [1, undoneOnError],
    [2, transaction(compensable, inner)],
  ],
}
