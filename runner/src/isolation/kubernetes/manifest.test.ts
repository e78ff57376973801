import { describe, expect, test } from 'vitest'
import { languages } from '../../languages.ts'
import { defaultLimits, type RunRequest } from '../../runner.ts'
import { digestOfRequest, filesOf, nonceIn, podNameOf, podOf, secretOf } from './manifest.ts'

const bash = languages.find(({ name }) => name === 'bash')
if (bash === undefined) throw new Error('expected bash among the languages')
const options = { owner: 'server-1', startPatienceMs: 60_000 }
const plan = (more: Partial<RunRequest> = {}) => ({
  name: 'braid-run-1',
  image: 'bash:5',
  nonce: 'n1',
  request: { language: 'bash', source: 'true', limits: defaultLimits, ...more },
})

describe('a pod', () => {
  test('holds nothing of what the user wrote, and is the same for all of it', async () => {
    const evil = {
      source: '#"\'}]},hostPID:true',
      stdin: '{{x}}',
      files: { 'a/b.txt': 'evil-text' },
      input: { evil: '<evil>' },
    }
    const [plain, other] = [await podOf(plan(), options), await podOf(plan(evil), options)]
    expect(other.spec).toEqual(plain.spec)
  })

  test('asks for what the run may use, as request and as limit', async () => {
    const limits = { ...defaultLimits, cpus: 0.25, memoryBytes: 300_000_000, diskBytes: 5_000_000 }
    const pod = await podOf(plan({ limits }), options)
    const { resources } = pod.spec?.containers[0] ?? {}
    expect(resources?.limits).toMatchObject({ cpu: '250m', memory: '300000000' })
    expect(resources?.requests).toEqual(resources?.limits)
    expect(pod.spec?.volumes?.at(-1)?.emptyDir).toEqual({ medium: 'Memory', sizeLimit: '5000000' })
  })

  test('ends by itself some time after its deadline, whoever is there to end it', async () => {
    expect((await podOf(plan(), options)).spec?.activeDeadlineSeconds).toBe(60 + 30 + 15)
  })

  test('has a user of its own, nobody inside a user namespace', async () => {
    const users = ['a', 'b'].map(
      async (name) => (await podOf({ ...plan(), name }, options)).spec?.securityContext?.runAsUser,
    )
    const [a = 0, b = 0] = await Promise.all(users)
    expect(a).toBeGreaterThan(100_000)
    expect(a).not.toBe(b)
    const inside = await podOf(plan(), { ...options, userNamespaces: true, runtimeClass: 'gvisor' })
    expect(inside.spec).toMatchObject({
      hostUsers: false,
      runtimeClassName: 'gvisor',
      securityContext: { runAsUser: 65_534 },
    })
  })
})

describe('the name of a pod', () => {
  test.each([
    ['run-1', 'braid-run-run-1'],
    ['0190d3a4-6d6e-7c3a-9d9b-0f1e2d3c4b5a-2', 'braid-run-0190d3a4-6d6e-7c3a-9d9b-0f1e2d3c4b5a-2'],
  ])('of %s is %s', (id, name) => {
    expect(podNameOf(id)).toBe(name)
  })

  test.each(['Job:1/2', '-x', 'x-', '', 'ä', 'x'.repeat(51), '../x'])('of %j is a digest', (id) => {
    expect(podNameOf(id)).toMatch(/^braid-run-[0-9a-f]{40}$/)
  })

  test('says by a digest of its own which run it is', () => {
    const { request } = plan()
    expect(digestOfRequest({ ...request, signal: AbortSignal.timeout(1) })).toBe(digestOfRequest(request))
    expect(digestOfRequest({ ...request, stdin: 'x' })).not.toBe(digestOfRequest(request))
  })
})

describe('the files of a run', () => {
  test('lie in a secret that goes with the pod', async () => {
    const files = await filesOf(bash, plan({ stdin: 'in', input: { a: 1 }, files: { 'b/c': 'd' } }).request)
    if (!files.ok) throw new Error(files.error)
    expect(files.value).toMatchObject({ 'file-0': 'true', 'file-1': 'd', stdin: 'in', input: '{"a":1}' })
    expect(files.value.plan?.split('\n')).toEqual(
      expect.arrayContaining(['wall 30000', 'command bash', 'file file-0 main.sh', 'file file-1 b/c']),
    )
    const pod = await podOf(plan(), options)
    const created = { ...pod, metadata: { ...pod.metadata, uid: 'u1' } }
    const secret = secretOf(created, files.value)
    expect(secret.metadata?.name).toBe(pod.spec?.volumes?.[0]?.secret?.secretName)
    expect(secret.metadata?.ownerReferences).toMatchObject([{ kind: 'Pod', name: 'braid-run-1', uid: 'u1' }])
    expect(Buffer.from(secret.data?.stdin ?? '', 'base64').toString()).toBe('in')
    expect(nonceIn(created)).toBe('n1')
    for (const key of Object.keys(secret.data ?? {})) expect(key).toMatch(/^[-._a-zA-Z0-9]+$/)
  })

  test.each([
    ['a path that leads out', { files: { '../x': '' } }, /relative path/],
    ['a path with a line end', { files: { 'x\ncommand sh': '' } }, /relative path/],
    ['an absolute path', { files: { '/x': '' } }, /relative path/],
    ['the path of the script', { files: { 'main.sh': '' } }, /other than main\.sh/],
    ['too many', { files: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`f${n}`, ''])) }, /100/],
    ['too much', { stdin: 'x'.repeat(1_000_001) }, /at most 1000000 bytes/],
  ])('with %s are refused', async (_, more, error) => {
    expect(await filesOf(bash, plan(more).request)).toEqual({
      ok: false,
      error: expect.stringMatching(error),
    })
  })
})
