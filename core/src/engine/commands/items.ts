/** What the producer of a streamed loop gives. */
import { limits } from '../../base/limits.ts'
import type { AddItems, Rejection } from '../command.ts'
import { raiseIncident } from '../incident.ts'
import { livingRuns, startRun, tooManyRuns } from '../loop-runs.ts'
import { collects, type MultiInstance, runVariables } from '../multi-instance.ts'
import type { ElementInstance, JobWait } from '../state.ts'
import { emitCount } from '../stream-producer.ts'
import { emit, nodeOfInstance, type Transition } from '../transition.ts'
import { findWait } from '../waits.ts'
import { unknownJob } from './job.ts'

/** Each item is taken once, whoever gives it how often: what counts is its place. */
export function addItems(tx: Transition, command: AddItems): Rejection | undefined {
  const { jobKey, offset, items } = command
  const job = findWait(tx, jobKey, ['job'])
  if (job === undefined) return unknownJob(jobKey)
  const { owner } = job
  const spec = streamOf(tx, owner, job.wait)
  if (spec === undefined)
    return { kind: 'invalid', message: `job ${jobKey} is not one that gives items to a loop` }
  const taken = owner.extras.loop?.started ?? 0
  const refusal = refuse(owner, taken, command)
  if (refusal !== undefined) return refusal
  const fresh = items.slice(taken - offset)
  if (fresh.length === 0) return undefined
  if (taken + fresh.length > limits.loopRuns) {
    emit(tx, { type: 'job-canceled', key: jobKey })
    raiseIncident(tx, owner, 'activate', tooManyRuns(owner))
    return undefined
  }
  const node = nodeOfInstance(tx, owner)
  const runs = runVariables(tx, owner, node, spec, fresh)
  if (!runs.ok) return { kind: 'invalid', message: runs.error.message }
  emitCount(tx, owner, taken + fresh.length, collects(spec))
  for (const variables of runs.value) startRun(tx, owner, node, variables)
  return undefined
}

function streamOf(tx: Transition, owner: ElementInstance, wait: JobWait): MultiInstance | undefined {
  const { def } = nodeOfInstance(tx, owner)
  const isOfLoop = wait.items === true && def.type === 'loop' && def.loop.kind === 'multi-instance'
  return isOfLoop ? def.loop : undefined
}

function refuse(owner: ElementInstance, taken: number, { offset, items }: AddItems): Rejection | undefined {
  if (!Number.isInteger(offset) || offset < 0 || offset > taken)
    return {
      kind: 'invalid',
      message: `offset: expected a whole number from 0 to ${taken}, the number of items taken so far, but it was ${offset}`,
    }
  if (items.length > limits.itemsPerCommand)
    return {
      kind: 'invalid',
      message: `items: expected at most ${limits.itemsPerCommand} at once, but there are ${items.length}`,
    }
  const fresh = offset + items.length - taken
  const living = livingRuns(owner)
  if (fresh <= 0 || living + fresh <= limits.openRuns) return undefined
  return {
    kind: 'busy',
    message: `'${owner.element}' has ${living} runs alive, and at most ${limits.openRuns}: expected no more than ${Math.max(0, limits.openRuns - living)} new items until some have ended`,
  }
}
