/** The job that gives a loop its items, and its end. The loop is open until that job has completed. */
import type { JobSpec } from '../model/program.ts'
import { createJob } from './job.ts'
import type { ElementInstance } from './state.ts'
import { emit, type Problem, type Transition } from './transition.ts'
import { closeWait } from './waits.ts'

export const isOpen = ({ extras }: ElementInstance): boolean => extras.loop?.open === true

/** Begins, or goes on after an incident with a new job: what has been taken stays taken. */
export function openStream(
  tx: Transition,
  body: ElementInstance,
  job: JobSpec,
  collects: boolean,
): Problem | undefined {
  if (body.extras.loop === undefined) emitCount(tx, body, 0, collects)
  return createJob(tx, body, job, { items: true })
}

export function emitCount(tx: Transition, body: ElementInstance, count: number, collects: boolean): void {
  emit(tx, {
    type: 'loop-counted',
    key: body.key,
    count,
    ...(collects ? { collects } : {}),
    open: true,
  })
}

/** No more items: its job ends if it still runs, and so does trouble with it. */
export function closeStream(tx: Transition, body: ElementInstance): void {
  if (!isOpen(body)) return
  for (const wait of body.waits) if (wait.kind === 'job' && wait.items === true) closeWait(tx, wait)
  for (const { key, elementInstanceKey, step } of [...tx.state.incidents.values()]) {
    if (elementInstanceKey === body.key && (step === 'job' || step === 'activate'))
      emit(tx, { type: 'incident-resolved', key })
  }
  emit(tx, { type: 'loop-counted', key: body.key, count: body.extras.loop?.started ?? 0 })
}
