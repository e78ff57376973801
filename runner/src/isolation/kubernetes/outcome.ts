/** What the state of a run's pod means. */
import type { CoreV1Event, V1ContainerState, V1Pod } from '@kubernetes/client-node'
import type { Outcome, Usage } from '../../runner.ts'
import type { ApiFailure } from './api-failure.ts'
import type { End } from './frames.ts'
import { containerName } from './manifest.ts'

/** Kubernetes has tried already, and says why it can't. */
const hopeless = new Set([
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'CreateContainerError',
  'RunContainerError',
])

const stateOf = (pod: V1Pod): V1ContainerState | undefined =>
  pod.status?.containerStatuses?.find(({ name }) => name === containerName)?.state

export const hasStarted = (pod: V1Pod): boolean => stateOf(pod)?.running !== undefined || hasEnded(pod)

/** No process of it is left, or none ever was. */
export const hasEnded = (pod: V1Pod): boolean =>
  stateOf(pod)?.terminated !== undefined ||
  (['Succeeded', 'Failed'].includes(pod.status?.phase ?? '') && stateOf(pod)?.running === undefined)

/** Whether a container could not be spoken to for want of it: there is no pod, no node for it, or no container yet. */
export const isAbsence = ({ status, message }: ApiFailure): boolean =>
  status === 404 || / not found in pod | does not have a host assigned/.test(message)

/** Why its container never starts; undefined: it may. */
export function hopelessness(pod: V1Pod): string | undefined {
  const waiting = stateOf(pod)?.waiting
  if (waiting === undefined || !hopeless.has(waiting.reason ?? '')) return undefined
  return sentence(waiting.reason, waiting.message)
}

/** What holds a pod up that has not started. */
export function delayOf(pod: V1Pod | undefined): string {
  const waiting = pod === undefined ? undefined : stateOf(pod)?.waiting
  if (waiting !== undefined) return sentence(waiting.reason, waiting.message)
  const scheduled = pod?.status?.conditions?.find(({ type }) => type === 'PodScheduled')
  if (scheduled?.status === 'False') return sentence(scheduled.reason, scheduled.message)
  return ''
}

/** As the process in the pod has told, of a script that was not ended by order. */
export function outcomeOfEnd(end: End, usage: Usage): Outcome {
  if (end.endedBy === 'deadline') return { kind: 'timed-out', usage }
  if (end.outOfMemory && end.exitCode >= 128) return { kind: 'out-of-memory', usage }
  return { kind: 'completed', exitCode: end.exitCode, usage }
}

/** As Kubernetes tells, when the process in the pod could not. */
export function outcomeOfPod(pod: V1Pod | undefined, usage: Usage): Outcome {
  const failed = (message: string): Outcome => ({ kind: 'runner-failed', message, usage })
  if (pod === undefined) return failed('the pod was deleted by somebody else')
  if (pod.status?.reason === 'DeadlineExceeded') return { kind: 'timed-out', usage }
  const terminated = stateOf(pod)?.terminated
  if (terminated?.reason === 'OOMKilled') return { kind: 'out-of-memory', usage }
  if (pod.status?.reason !== undefined) return failed(sentence(pod.status.reason, pod.status.message))
  if (terminated === undefined) return failed('the pod ended without its container')
  return failed(
    `the container ended with ${terminated.exitCode}: ${sentence(terminated.reason, terminated.message)}`,
  )
}

const maxEvents = 5

/** The warnings of Kubernetes about a pod, the last ones. */
export const warningsOf = (events: readonly CoreV1Event[]): string =>
  [
    ...new Set(
      events.filter(({ type }) => type === 'Warning').map(({ reason, message }) => sentence(reason, message)),
    ),
  ]
    .slice(-maxEvents)
    .join('; ')

const sentence = (reason: string | undefined, message: string | undefined): string =>
  [reason, message?.trim()].filter((part) => part !== undefined && part !== '').join(': ')
