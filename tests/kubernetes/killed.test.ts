/** What is gone, killed or stopped while a run goes on: servers of Braid, an API server, the kubelet. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { KubernetesRunner } from '@braid/runner/isolation/kubernetes/kubernetes.ts'
import { watchPods } from '@braid/runner/isolation/kubernetes/watch.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bash,
  createNamespace,
  images,
  isCompleted,
  type Namespace,
  processesThat,
  python,
  run,
  runnerIn,
  smallLimits,
  until,
} from './namespace.ts'

let namespace: Namespace
let runner: KubernetesRunner

beforeAll(async () => {
  namespace = await createNamespace('braid-killed')
  runner = await runnerIn(namespace)
})

afterAll(async () => {
  await runner.close()
  await namespace.remove()
})

describe('a server that is gone', () => {
  test('leaves pods that another sweeps, and its own when it is told to close', async () => {
    const gone = await runnerIn(namespace, { owner: 'gone' })
    const living = await runnerIn(namespace, { owner: 'living' })
    const outcomes = [gone, living, runner].map((one) => run(one, bash('sleep 600')))
    await until('three pods are there', async () => (await namespace.pods()).length === 3)
    expect(await runner.sweep(['living'])).toBe(1)
    expect((await outcomes[0])?.outcome).toMatchObject({
      kind: 'runner-failed',
      message: 'the pod was deleted by somebody else',
    })
    expect(await namespace.pods()).toHaveLength(2)
    await living.close()
    expect((await outcomes[1])?.outcome.kind).toBe('cancelled')
    expect(await namespace.pods()).toHaveLength(1)
    await runner.close()
    expect((await outcomes[2])?.outcome.kind).toBe('cancelled')
    runner = await runnerIn(namespace)
    await gone.close()
  })
})

/** A program of the cluster, by its process. */
const programOf = async (name: string): Promise<number> => {
  const folder = dirname(process.env.BRAID_TEST_KUBECONFIG ?? '')
  return Number(await readFile(join(folder, `${name}.pid`), 'utf8'))
}

const hundred = 'import time\nfor n in range(100): print(n); time.sleep(0.1)'
const marked = `import os\nprint(os.urandom(8).hex())\n${hundred}`
const hundredLines = `${Array.from({ length: 100 }, (_, n) => n).join('\n')}\n`

describe('what is killed while a run goes on', () => {
  test('an API server: nothing is lost', async () => {
    const heard = Promise.withResolvers<void>()
    const running = run(runner, python(hundred), () => heard.resolve())
    await heard.promise
    process.kill(await programOf('kube-apiserver'), 'SIGKILL')
    const { outcome, stdout } = await running
    expect(outcome).toEqual(isCompleted(0))
    expect(stdout).toBe(hundredLines)
  })

  test('an API server: it has forgotten old versions, and a watch of one begins anew', async () => {
    const path = `/api/v1/namespaces/${namespace.name}/pods`
    const lists: string[] = []
    let opened = 0
    const { admin } = namespace
    const watch = watchPods(
      {
        ...admin,
        call: async (method, url, call) => {
          lists.push(url)
          return await admin.call(method, url, call)
        },
        open: async (url, signal) => {
          opened += 1
          return await admin.open(
            opened === 1 ? url.replace(/resourceVersion=\d+/, 'resourceVersion=1') : url,
            signal,
          )
        },
      },
      path,
      'braid/owner=server-1',
    )
    const told: boolean[] = []
    watch.follow('braid-run-watched', (_, pod) => told.push(pod !== undefined))
    await until('it lists again', () => lists.length === 2 && opened === 2)
    await run(runner, { ...bash('true'), id: 'watched' })
    await until('the end of the pod is told', () => told.at(-1) === false)
    expect(lists).toHaveLength(2)
    await watch.close()
  })

  test('a server of Braid: the next takes up the run, and has all that it said', async () => {
    const server = spawn(process.execPath, ['--input-type=module', '-e', await serverSource()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [heard] = await once(server.stdout.setEncoding('utf8'), 'data')
    server.kill('SIGKILL')
    await once(server, 'exit')
    const { outcome, stdout } = await run(runner, { ...python(marked), id: 'survivor' })
    expect(outcome).toEqual(isCompleted(0))
    const [mark = '', ...rest] = stdout.split('\n')
    expect(rest.join('\n')).toBe(hundredLines)
    // It is the same run: another would have another mark.
    expect(String(heard).split('\n')[0]).toBe(mark)
    expect(mark).toMatch(/^[0-9a-f]{16}$/)
  })

  test('a node that answers no more: the run ends at its deadline, and its pod goes', async () => {
    const kubelet = await programOf('kubelet')
    const heard = Promise.withResolvers<void>()
    const limits = { wallMs: 4_000 }
    const running = run(runner, { ...bash('echo on; sleep 619'), limits }, () => heard.resolve())
    await heard.promise
    process.kill(kubelet, 'SIGSTOP')
    try {
      expect((await running).outcome.kind).toBe('timed-out')
      expect(await namespace.pods()).toEqual([])
    } finally {
      process.kill(kubelet, 'SIGCONT')
    }
    await until('the node has ended it', async () => (await processesThat('sleep 619')).length === 0)
  })
})

async function serverSource(): Promise<string> {
  const url = (path: string): string => JSON.stringify(import.meta.resolve(path))
  const options = {
    kubeconfig: await namespace.kubeconfig(),
    namespace: namespace.name,
    owner: 'killed',
    images,
  }
  const request = { ...python(marked), id: 'survivor', limits: smallLimits }
  return `
import { createKubernetesRunner } from ${url('@braid/runner/isolation/kubernetes/kubernetes.ts')}
const made = await createKubernetesRunner(${JSON.stringify(options)})
await made.value.run(${JSON.stringify(request)}, (chunks) => { for (const { text } of chunks) process.stdout.write(text) })`
}
