/** Runs on a real node: what comes of them, and that nothing is left. */
import type { KubernetesRunner } from '@braid/runner/isolation/kubernetes/kubernetes.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bash,
  createNamespace,
  isCompleted,
  type Namespace,
  processesThat,
  python,
  run,
  runnerIn,
  until,
} from './namespace.ts'

let namespace: Namespace
let runner: KubernetesRunner

beforeAll(async () => {
  namespace = await createNamespace('braid-lifecycle')
  runner = await runnerIn(namespace)
})

afterAll(async () => {
  await runner.close()
  await namespace.remove()
})

describe('a run', () => {
  test.each([
    ['python', 'import braid; print("hi"); braid.result({"twice": braid.input["n"] * 2})'],
    [
      'javascript',
      'import { input, result } from "braid"; console.log("hi"); result({ twice: input.n * 2 })',
    ],
    [
      'typescript',
      'import { input, result } from "braid"; console.log("hi"); result({ twice: (input.n as number) * 2 })',
    ],
    ['bash', 'echo hi; cat "$BRAID_INPUT" >&2; echo \'{"twice":42}\' > "$BRAID_RESULT"'],
  ])('in %s says something, takes an input and gives a result', async (language, source) => {
    const { outcome, stdout } = await run(runner, { language, source, input: { n: 21 } })
    expect(outcome).toMatchObject({
      kind: 'completed',
      exitCode: 0,
      result: { ok: true, value: { twice: 42 } },
    })
    expect(stdout).toBe('hi\n')
  })

  test('tells its two streams apart, and how it ended', async () => {
    const { outcome, stdout, stderr } = await run(runner, bash('echo out; echo err >&2; printf half; exit 7'))
    expect(outcome).toEqual(isCompleted(7))
    expect([stdout, stderr]).toEqual(['out\nhalf', 'err\n'])
    expect(outcome.usage).toMatchObject({ outputBytes: 12, peakMemoryBytes: expect.any(Number) })
  })

  test('reads its input stream and its files', async () => {
    const source = 'import sys, helper; print(helper.name, sys.stdin.read(), open("data/x.txt").read())'
    const files = { 'helper.py': 'name = "helper"', 'data/x.txt': 'x' }
    const { stdout } = await run(runner, { ...python(source), files, stdin: 'given' })
    expect(stdout).toBe('helper given x\n')
  })

  test('keeps every byte: whole characters, what is no UTF-8, and no line ends', async () => {
    const source = `
import os, time
for byte in 'grüße €😀'.encode(): os.write(1, bytes([byte])); time.sleep(0.01)
os.write(1, bytes([0xff, 0x00, 0x1b]) + b'\\r\\n')
`
    const { stdout } = await run(runner, python(source))
    expect(stdout).toBe('grüße €😀�\0\u001b\r\n')
  })

  test('is heard while it goes on', async () => {
    const heard = Promise.withResolvers<void>()
    const controller = new AbortController()
    const source = 'import time; print("first"); time.sleep(600)'
    const running = run(
      runner,
      { ...python(source), limits: { wallMs: 700_000 }, signal: controller.signal },
      () => heard.resolve(),
    )
    await heard.promise
    controller.abort()
    expect(await running).toMatchObject({ outcome: { kind: 'cancelled' }, stdout: 'first\n' })
  })

  test('ends at its deadline', async () => {
    const { outcome, stdout } = await run(runner, {
      ...bash('echo on; trap "" TERM; while :; do :; done'),
      limits: { wallMs: 1_500 },
    })
    expect(outcome.kind).toBe('timed-out')
    expect(stdout).toBe('on\n')
    expect(outcome.usage.wallMs).toBeLessThan(2_500)
  })

  test('that takes too much memory ends so', async () => {
    const { outcome, stdout } = await run(
      runner,
      python('print("on"); x = bytearray(400_000_000); print(len(x))'),
    )
    expect(outcome.kind).toBe('out-of-memory')
    expect(stdout).toBe('on\n')
  })

  test('is refused for what is no request of this runner', async () => {
    const refusals = await Promise.all([
      run(runner, { language: 'cobol', source: '' }),
      run(runner, { ...bash('true'), version: '9' }),
      run(runner, { ...bash('true'), files: { '../x': '' } }),
      run(runner, { ...bash('true'), files: { 'main.sh': '' } }),
      run(runner, bash('#'.repeat(1_000_001))),
    ])
    expect(refusals.map(({ outcome }) => outcome)).toEqual([
      expect.objectContaining({ message: 'there is no runtime for cobol' }),
      expect.objectContaining({ message: 'there is no runtime for bash 9' }),
      expect.objectContaining({ message: expect.stringContaining('relative path') }),
      expect.objectContaining({ message: expect.stringContaining('other than main.sh') }),
      expect.objectContaining({ message: expect.stringContaining('at most 1000000 bytes') }),
    ])
    expect(await namespace.pods()).toEqual([])
  })

  test('has a pod as restricted as can be, that holds nothing a user wrote', async () => {
    const source = 'sleep 600 # of a user'
    const controller = new AbortController()
    const running = run(runner, {
      ...bash(source),
      id: 'shown',
      input: { word: 'of-a-user' },
      signal: controller.signal,
    })
    await until('there is a pod', async () => (await namespace.pods()).length > 0)
    const [pod] = await namespace.pods()
    controller.abort()
    await running
    expect(JSON.stringify(pod?.spec)).not.toContain('of a user')
    expect(JSON.stringify(pod?.spec)).not.toContain('of-a-user')
    expect(pod).toMatchObject({
      metadata: { name: 'braid-run-shown', labels: { 'braid/owner': 'server-1' } },
      spec: {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        restartPolicy: 'Never',
        activeDeadlineSeconds: 165,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
          },
        ],
      },
      status: { qosClass: 'Guaranteed' },
    })
  })

  test('leaves no pod, and no secret', async () => {
    await run(runner, bash('true'))
    expect(await namespace.pods()).toEqual([])
    await until('its secret is gone', async () => {
      const path = `/api/v1/namespaces/${namespace.name}/secrets`
      const secrets = await namespace.admin.call<{ items: unknown[] }>('GET', path)
      return secrets.ok && secrets.value.items.length === 0
    })
  })
})

describe('many runs', () => {
  test('end each with its own output', async () => {
    const words = ['one', 'two', 'three', 'four', 'five', 'six']
    const all = await Promise.all(
      words.map((word) => run(runner, bash(`echo ${word}; sleep 0.2; echo ${word} again`))),
    )
    expect(all.map(({ stdout }) => stdout)).toEqual(words.map((word) => `${word}\n${word} again\n`))
  })

  test('are cancelled, and nothing of any is left', async () => {
    for (let round = 0; round < 10; round += 1) {
      const controller = new AbortController()
      const heard = Promise.withResolvers<void>()
      const stubborn = bash('trap "" TERM; (trap "" TERM; setsid sleep 613) & echo on; sleep 613')
      const running = run(runner, { ...stubborn, signal: controller.signal }, () => heard.resolve())
      await heard.promise
      controller.abort()
      expect((await running).outcome.kind).toBe('cancelled')
      expect(await processesThat('sleep 613')).toEqual([])
      expect(await namespace.pods()).toEqual([])
    }
  })
})

describe('the same run asked for twice', () => {
  const source = 'import os, time\nprint("once", flush=True)\ntime.sleep(2)\nprint("done", os.getuid())'

  test('is taken over, not started again', async () => {
    const other = await runnerIn(namespace, { owner: 'server-2' })
    const heard = Promise.withResolvers<void>()
    const first = run(runner, { ...python(source), id: 'job-1' }, () => heard.resolve())
    await heard.promise
    const second = run(other, { ...python(source), id: 'job-1' })
    await until('it belongs to the other', async () =>
      (await namespace.pods()).some(({ metadata }) => metadata?.labels?.['braid/owner'] === 'server-2'),
    )
    expect(await namespace.pods()).toHaveLength(1)
    const [one, two] = await Promise.all([first, second])
    // Who sees the end first removes the pod; the other has all of it by then, or is told that it went.
    expect([one.outcome.kind, two.outcome.kind]).toContain('completed')
    for (const ran of [one, two].filter(({ outcome }) => outcome.kind === 'completed'))
      expect(ran.stdout).toMatch(/^once\ndone \d+\n$/)
    await other.close()
  })

  test('is refused when it is another script', async () => {
    const controller = new AbortController()
    const first = run(runner, { ...bash('sleep 60'), id: 'job-2', signal: controller.signal })
    await until('there is a pod', async () => (await namespace.pods()).length > 0)
    expect((await run(runner, { ...bash('echo other'), id: 'job-2' })).outcome).toMatchObject({
      kind: 'runner-failed',
      message: 'the pod braid-run-job-2 is there already, for another script',
    })
    controller.abort()
    expect((await first).outcome.kind).toBe('cancelled')
  })

  test('after it has ended is a new one', async () => {
    for (const word of ['first', 'second']) {
      const { outcome, stdout } = await run(runner, { ...bash('echo "$RANDOM"; exit 3'), id: 'job-3' })
      expect([word, outcome.kind, stdout.length > 1]).toEqual([word, 'completed', true])
    }
  })
})
