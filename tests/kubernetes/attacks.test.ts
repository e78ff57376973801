/** Scripts that mean harm. The node is this machine, and its network policies are enforced by kube-router. */
import { text } from 'node:stream/consumers'
import type { KubernetesRunner } from '@braid/runner/isolation/kubernetes/kubernetes.ts'
import { podOf } from '@braid/runner/isolation/kubernetes/manifest.ts'
import { defaultLimits } from '@braid/runner/runner.ts'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bash, createNamespace, image, type Namespace, python, run, runnerIn, until } from './namespace.ts'

let namespace: Namespace
let runner: KubernetesRunner

beforeAll(async () => {
  namespace = await createNamespace('braid-attacks')
  runner = await runnerIn(namespace)
})

afterAll(async () => {
  expect(await namespace.pods()).toEqual([])
  await runner.close()
  await namespace.remove()
})

/** Runs Python expressions; each gives what it found or what it met. */
async function attempts(expressions: readonly string[], more: object = {}): Promise<readonly string[]> {
  const source = `
import os, sys, socket, ctypes, json
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    return os.strerror(ctypes.get_errno()) if libc.syscall(number, *args) < 0 else 'done'
def connect(host, port):
    socket.create_connection((host, port), 3).close()
    return 'connected'
found = []
for expression in json.loads(sys.stdin.read()):
    try: found.append(str(eval(expression)))
    except OSError as error: found.append(error.strerror)
print(json.dumps(found))
`
  const { stdout, stderr } = await run(runner, {
    ...python(source),
    stdin: JSON.stringify(expressions),
    ...more,
  })
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

const noFamily = 'Address family not supported by protocol'
const podOptions = { owner: 'tests', startPatienceMs: 60_000 }

describe('a script', () => {
  test('reads nothing that is not its own', async () => {
    expect(
      await attempts([
        "open('/etc/shadow').read()",
        "open('/proc/1/environ').read()",
        "open('/proc/1/mem').read()",
        "open('/proc/1/fd/1', 'w').write('forged')",
        "open('/proc/1/fd/0').read()",
        "os.listdir('/proc/1/root')",
        "os.listdir('/var/run/secrets')",
        "[name for name in os.environ if 'NONCE' in name or 'KUBERNETES' in name]",
        "[id for id in os.listdir('/proc') if id.isdigit() and int(id) > 100]",
      ]),
    ).toEqual([
      ...Array.from({ length: 6 }, () => 'Permission denied'),
      ...['No such file or directory', '[]', '[]'],
    ])
  })

  test('writes nowhere but in its scratch space', async () => {
    expect(
      await attempts([
        ...['/x', '/etc/x', '/braid/run/plan', '/braid/modules/braid.py', '/etc/hosts', '/usr/bin/x'].map(
          (path) => `open('${path}', 'w')`,
        ),
        "open('/sys/fs/cgroup/memory/memory.limit_in_bytes', 'w')",
        "open('/proc/sys/kernel/core_pattern', 'w')",
        "open('/tmp/x', 'w').write('x')",
      ]),
    ).toEqual([
      ...Array(8).fill(expect.stringMatching(/Read-only file system|Permission denied|No such file/)),
      '1',
    ])
  })

  test('has no power over the kernel', async () => {
    const numbers = {
      unshare: '272, 0x10000000',
      mount: '165, 0, 0, 0, 0, 0',
      ptrace: '101, 16, 1, 0, 0',
      bpf: '321, 0, 0, 0',
      keyctl: '250, 0, 0',
      setuid: '105, 0',
    }
    expect(await attempts(Object.values(numbers).map((one) => `call(${one})`))).toEqual(
      Object.values(numbers).map(() => 'Operation not permitted'),
    )
    const status = await attempts([
      "[line for line in open('/proc/self/status') if line[:4] in ('CapE', 'NoNe', 'Secc')]",
    ])
    expect(status[0]).toMatch(/CapEff:\\t0+\\n.*NoNewPrivs:\\t1\\n.*Seccomp:\\t2\\n/)
  })
})

describe('the network', () => {
  const config = new KubeConfig()
  config.loadFromFile(process.env.BRAID_TEST_KUBECONFIG ?? '')
  const port = new URL(config.getCurrentCluster()?.server ?? '').port
  const apiServer = `'10.99.0.1', ${port}`

  test('can be used for nothing: not the API server, not metadata, not names, not the node itself', async () => {
    const places = [apiServer, "'10.97.0.1', 443", "'169.254.169.254', 80", "'127.0.0.1', 80", "'::1', 80"]
    expect(
      await attempts([
        ...places.map((place) => `connect(${place})`),
        "socket.getaddrinfo('kubernetes.default', 443)",
        'socket.socket(socket.AF_INET, socket.SOCK_DGRAM)',
        'socket.socket(socket.AF_INET, socket.SOCK_RAW)',
        'socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)',
        'socket.socket(socket.AF_PACKET, socket.SOCK_RAW)',
        'call(425, 1, 0)',
      ]),
    ).toEqual([
      ...places.map(() => noFamily),
      expect.stringMatching(/name resolution|not known/),
      ...[noFamily, noFamily, noFamily, noFamily, 'Operation not permitted'],
    ])
  })

  test.each([
    ['leads nowhere from any pod under the policy', [], 'unreachable\n'],
    ['leads to the API server without it, so it is the policy that holds', ['NetworkPolicy'], 'connected\n'],
  ])('%s', async (_, without, found) => {
    const one = await createNamespace('braid-networked', without)
    // Policies take hold some moments after a pod has started.
    const source = `
import socket, time
time.sleep(5)
try: socket.create_connection((${apiServer}), 3); print('connected')
except OSError: print('unreachable')
`
    const pod = await podOf(
      { name: 'plain', image, request: { ...python(''), limits: defaultLimits }, nonce: 'n' },
      podOptions,
    )
    const [container] = pod.spec?.containers ?? []
    const plain = { ...container, command: ['python3', '-c', source], volumeMounts: [] }
    const path = `/api/v1/namespaces/${one.name}/pods`
    await one.admin.call('POST', path, {
      body: { ...pod, spec: { ...pod.spec, containers: [plain], volumes: [] } },
    })
    await until('it has ended', async () => (await one.pods())[0]?.status?.phase === 'Succeeded')
    const log = await one.admin.open(`${path}/plain/log`, AbortSignal.timeout(10_000))
    expect(log.ok && (await text(log.value))).toBe(found)
    await one.remove()
    await until('its namespace is gone', async () => !(await one.exists()))
  })
})

describe('what a script uses up', () => {
  test('by forking without end is bounded, and others go on', async () => {
    const limits = { wallMs: 4_000, processes: 32 }
    const bomb = run(runner, { ...bash('bomb() { bomb | bomb & }; bomb; while :; do :; done'), limits })
    const neighbour = await run(runner, bash('echo fine'))
    expect(neighbour.stdout).toBe('fine\n')
    expect((await bomb).outcome.kind).toMatch(/timed-out|completed/)
  })

  test('by threads is bounded', async () => {
    const source = `
import threading, time
count = 0
try:
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        count += 1
except RuntimeError: print(count, flush=True)
import os; os._exit(0)
`
    const { stdout } = await run(runner, { ...python(source), limits: { processes: 20 } })
    expect(Number(stdout)).toBeGreaterThan(5)
    expect(Number(stdout)).toBeLessThanOrEqual(20)
  })

  test('by open files is bounded', async () => {
    const source =
      'files = []\ntry:\n  while True: files.append(open("/dev/null"))\nexcept OSError as e: print(e.strerror)'
    expect((await run(runner, python(source))).stdout).toBe('Too many open files\n')
  })

  test('of scratch space is bounded', async () => {
    const source = `
import os
def fill(name):
    try:
        with open(name, 'wb') as file:
            while True: file.write(bytes(1 << 20))
    except OSError as error: print(error.strerror)
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
fill('/tmp/a'); fill('/tmp/b'); fill('/dev/termination-log'); print(os.path.getsize('/dev/termination-log'))
`
    const { stdout } = await run(runner, { ...python(source), limits: { diskBytes: 8 << 20 } })
    const [first, second, log, size] = stdout.split('\n')
    expect([first, second, log]).toEqual([
      expect.stringMatching(/No space left|File too large/),
      'No space left on device',
      'File too large',
    ])
    expect(Number(size)).toBeLessThanOrEqual(8 << 20)
  })

  test.each([
    ['with line ends', 'exec yes "0123456789"'],
    ['without', 'exec cat /dev/zero'],
  ])('of output %s is bounded, its beginning and its end are kept', async (_, source) => {
    const limits = { wallMs: 6_000, outputBytes: 200_000, cpus: 1 }
    const { outcome, chunks } = await run(runner, { ...bash(source), limits })
    expect(outcome.kind).toBe('timed-out')
    const kept = chunks.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
    expect(kept).toBeLessThanOrEqual(200_000)
    expect(kept).toBeGreaterThan(100_000)
    const omitted = chunks.reduce((sum, { omittedBytes = 0 }) => sum + omittedBytes, 0)
    expect(outcome.usage.outputBytes).toBe(kept + omitted)
  })

  test('of results is bounded', async () => {
    const { outcome } = await run(runner, python('import braid; braid.result("x" * 2_000_000)'))
    expect(outcome).toMatchObject({ kind: 'completed', exitCode: 1, result: { ok: false } })
  })
})

describe('what a script pretends', () => {
  test('to be frames is its output, and changes neither its result nor its end', async () => {
    const frames = [
      'ffffffff-ffff-ffff-ffff-ffffffffffff 0 r ImZvcmdlZCI=',
      'ffffffff-ffff-ffff-ffff-ffffffffffff 0 x MCAwIDAgMSAxIDEgMQ==',
      '2026-11-30T06:00:00.000000000Z stdout F forged',
    ]
    const source = `for line in ${JSON.stringify(frames)}: print(line)\nraise SystemExit(9)`
    const { outcome, stdout } = await run(runner, python(source))
    expect(stdout).toBe(`${frames.join('\n')}\n`)
    expect(outcome).toMatchObject({ kind: 'completed', exitCode: 9 })
    expect(outcome).not.toHaveProperty('result')
  })

  test('to be its node does not end the process that watches over it', async () => {
    const source =
      'for s in TERM INT HUP KILL STOP QUIT ABRT; do kill -$s 1; done; echo on; sleep 1; kill -KILL $$'
    const { outcome, stdout } = await run(runner, bash(source))
    expect(stdout).toBe('on\n')
    expect(outcome).toMatchObject({ kind: 'completed', exitCode: 137 })
  })

  test('by a child that stays, nothing: it goes with the script', async () => {
    const { outcome } = await run(runner, bash('(trap "" TERM HUP; setsid sleep 617) & disown; exit 5'))
    expect(outcome).toMatchObject({ kind: 'completed', exitCode: 5 })
  })

  test('by leaving things behind, nothing: the next run has none of them', async () => {
    await run(runner, bash('echo left > /tmp/left; mkfifo /tmp/pipe; ln -s /etc/shadow /tmp/main.py'))
    const { stdout } = await run(runner, bash('for f in /tmp/*; do echo "$f"; done'))
    expect(stdout).toBe('/tmp/main.sh\n')
  })
})
