/** States as a kubelet 1.35.4 with containerd 1.6.20 told them. */
import type { V1Pod, V1PodStatus } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import {
  delayOf,
  hasEnded,
  hasStarted,
  hopelessness,
  isAbsence,
  outcomeOfEnd,
  outcomeOfPod,
  warningsOf,
} from './outcome.ts'

const pod = (status: V1PodStatus): V1Pod => ({ status })
const at = new Date('2026-11-30T06:09:00Z')
const terminated = (exitCode: number, reason: string, message?: string): V1PodStatus => ({
  phase: 'Failed',
  containerStatuses: [
    {
      ...{ name: 'script', image: 'i', imageID: 'i', ready: false, restartCount: 0 },
      state: { terminated: { exitCode, reason, finishedAt: at, startedAt: at, ...(message && { message }) } },
    },
  ],
})
const waiting = (reason: string, message?: string): V1PodStatus => ({
  phase: 'Pending',
  containerStatuses: [
    {
      ...{ name: 'script', image: 'i', imageID: 'i', ready: false, restartCount: 0 },
      state: { waiting: { reason, ...(message && { message }) } },
    },
  ],
})
const usage = { wallMs: 1, outputBytes: 0 }
const unschedulable = '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate'

describe('a pod that has ended', () => {
  test.each([
    ['for want of memory', terminated(137, 'OOMKilled'), { kind: 'out-of-memory' }],
    [
      'at the deadline of Kubernetes',
      {
        ...terminated(137, 'Error'),
        reason: 'DeadlineExceeded',
        message: 'Pod was active on the node longer',
      },
      { kind: 'timed-out' },
    ],
    [
      'for want of a program',
      terminated(128, 'StartError', 'exec: "perl": executable file not found in $PATH: unknown'),
      {
        kind: 'runner-failed',
        message:
          'the container ended with 128: StartError: exec: "perl": executable file not found in $PATH: unknown',
      },
    ],
    [
      'with its node',
      { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
      { kind: 'runner-failed', message: 'Evicted: The node was low on resource: memory.' },
    ],
    [
      'without a word',
      { phase: 'Failed' },
      { kind: 'runner-failed', message: 'the pod ended without its container' },
    ],
  ])('%s says so', (_, status, outcome) => {
    expect(hasEnded(pod(status))).toBe(true)
    expect(outcomeOfPod(pod(status), usage)).toEqual({ ...outcome, usage })
  })

  test('and is gone says so', () => {
    expect(outcomeOfPod(undefined, usage)).toMatchObject({
      kind: 'runner-failed',
      message: expect.stringContaining('deleted'),
    })
  })
})

describe('a pod that has not started', () => {
  test.each(['ImagePullBackOff', 'InvalidImageName', 'CreateContainerError'])(
    'is hopeless with %s',
    (reason) => {
      expect(hopelessness(pod(waiting(reason, 'why')))).toBe(`${reason}: why`)
    },
  )

  test.each(['ContainerCreating', 'ErrImagePull', 'PodInitializing'])('may come with %s', (reason) => {
    const one = pod(waiting(reason))
    expect([hopelessness(one), hasStarted(one), hasEnded(one), delayOf(one)]).toEqual([
      undefined,
      false,
      false,
      reason,
    ])
  })

  test('for want of a node says which', () => {
    const one = pod({
      phase: 'Pending',
      conditions: [
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: unschedulable },
      ],
    })
    expect(delayOf(one)).toBe(`Unschedulable: ${unschedulable}`)
    expect(delayOf(undefined)).toBe('')
  })
})

test('the process in the pod knows best', () => {
  const end = {
    ...{ exitCode: 137, endedBy: 'itself' as const, outOfMemory: true },
    ...{ wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, outputBytes: 0 },
  }
  expect(outcomeOfEnd(end, usage).kind).toBe('out-of-memory')
  expect(outcomeOfEnd({ ...end, endedBy: 'deadline' }, usage).kind).toBe('timed-out')
  // A helper was killed, and the script got over it.
  expect(outcomeOfEnd({ ...end, exitCode: 0 }, usage)).toMatchObject({ kind: 'completed', exitCode: 0 })
})

test.each([
  [404, 'pods "braid-run-1" not found', true],
  [400, 'pod braid-run-1 does not have a host assigned', true],
  [500, 'unable to upgrade connection: container script not found in pod braid-run-1_runs', true],
  [403, 'pods "braid-run-1" is forbidden', false],
  [0, 'connect ECONNREFUSED', false],
])('%d, %j tells that there is no container: %s', (status, message, expected) => {
  expect(isAbsence({ status, message })).toBe(expected)
})

test('warnings are told once each, the last five', () => {
  const events = Array.from({ length: 8 }, (_, n) => ({
    type: 'Warning',
    reason: 'Failed',
    message: `no ${n}`,
  }))
  const all = [...events, ...events, { type: 'Normal', reason: 'Pulled', message: 'yes' }]
  expect(warningsOf(all as never)).toBe(
    'Failed: no 3; Failed: no 4; Failed: no 5; Failed: no 6; Failed: no 7',
  )
})
