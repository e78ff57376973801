import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { livingProcesses } from '../../../../tests/support/living-processes.ts'
import { defaultLimits, type Runner } from '../../runner.ts'
import { bubblewrapConfinement } from './bubblewrap.ts'
import type { Confinement } from './confinement.ts'
import { startProcess } from './waiting-processes.ts'
import { createWasmRunner } from './wasm.ts'

describe.runIf(existsSync('/usr/bin/bwrap'))('WebAssembly in a sandbox of the system', () => {
  const folder = mkdtempSync(join(tmpdir(), 'braid-wasm-'))
  let runner: Runner
  let confinement: Confinement

  beforeAll(async () => {
    const made = await createWasmRunner({
      ...{ folder, waiting: 1 },
      sandbox: { name: `wasm-${process.pid}`, limits: defaultLimits },
    })
    if (!made.ok) throw new Error(made.error)
    runner = made.value
    const name = `escape-${process.pid}`
    const confined = await bubblewrapConfinement({
      folder: join(folder, 'escape'),
      name,
      limits: defaultLimits,
    })
    if (!confined.ok) throw new Error(confined.error)
    confinement = confined.value
  })
  afterAll(async () => {
    await runner.close()
    expect(livingProcesses(folder)).toBe(0)
    rmSync(folder, { recursive: true, force: true })
  })

  async function run(language: string, source: string, wallMs = 20_000) {
    let out = ''
    const outcome = await runner.run({ language, source, limits: { ...defaultLimits, wallMs } }, (chunks) => {
      out += chunks.map((chunk) => chunk.text).join('')
    })
    return { ...outcome, out }
  }

  it('runs every language, with no warning about its boundary', async () => {
    expect(runner.warnings.filter((warning) => warning.includes('boundary'))).toEqual([])
    expect(await run('python', 'print("hi")')).toMatchObject({ kind: 'completed', exitCode: 0, out: 'hi\n' })
    expect(await run('javascript', 'console.log("hi")')).toMatchObject({ kind: 'completed', out: 'hi\n' })
    expect(await run('typescript', 'console.log("hi" as string)')).toMatchObject({ out: 'hi\n' })
    const recursive =
      'let n = 0; const f = () => { n += 1; f() }; try { f() } catch { console.log(n > 1000) }'
    expect(await run('javascript', recursive)).toMatchObject({ kind: 'completed', out: 'true\n' })
  })

  it('ends what does not end, counts what it used', async () => {
    expect(await run('javascript', 'for (;;) {}', 500)).toMatchObject({ kind: 'timed-out' })
    const told = await run('python', 'while True: pass', 500)
    expect(told).toMatchObject({ kind: 'timed-out' })
    expect(told.usage.wallMs).toBeLessThan(10_000)
    expect(told.usage.peakMemoryBytes).toBeGreaterThan(10_000_000)
    expect(await run('python', 'x = []\nwhile True: x.append(bytearray(1 << 20))')).toMatchObject({
      kind: 'out-of-memory',
    })
  })

  /** As if a script were in full control of the process: Node, with all that it has. */
  async function escaped(source: string): Promise<string> {
    const { child, confined, ended } = startProcess(
      confinement.confine({ folder, arguments: () => ['--input-type=module', '-e', source] }),
    )
    const said = text(child.stdout as Readable)
    const failed = text(child.stderr as Readable)
    await ended
    await confined.remove()
    return (await said) + (await failed)
  }

  it('holds who breaks out of an engine: no file, no variable, no process of the host', async () => {
    const secret = join(tmpdir(), `braid-secret-${process.pid}`)
    writeFileSync(secret, 'canary-7281')
    process.env.BRAID_CANARY = 'canary-7282'
    const said = await escaped(`
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { execSync } from 'node:child_process'
const paths = ['/etc/shadow', '/root', '/var', '/sys', '/run', '/proc/1/root/etc/shadow', ${JSON.stringify(secret)}]
console.log(paths.filter((path) => { try { readFileSync(path); return true } catch { return false } }))
console.log(Object.keys(process.env).filter((name) => name.startsWith('BRAID_C')))
console.log(readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length < 5, process.getuid())
for (const path of ['/x', '/etc/passwd', process.execPath, ${JSON.stringify(join(folder, 'x'))}])
  try { writeFileSync(path, 'x'); console.log('wrote', path) } catch {}
for (const command of ['/bin/sh', 'sh', 'bash', 'python3'])
  try { execSync('id', { shell: command, stdio: 'pipe' }); console.log('ran', command) } catch {}
console.log(readFileSync('/proc/self/status', 'utf8').match(/(CapEff|NoNewPrivs|Seccomp):.*/g).join())`)
    rmSync(secret)
    expect(said).toBe(
      `[]\n[]\ntrue 65534\nCapEff:\t0000000000000000,NoNewPrivs:\t1${process.arch === 'x64' ? ',Seccomp:\t2' : ',Seccomp:\t0'}\n`,
    )
  })

  it('holds who breaks out of an engine: no network', async () => {
    const server = createServer((socket) => socket.end('reached'))
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const said = await escaped(`
import { connect } from 'node:net'
import { lookup } from 'node:dns/promises'
for (const [host, port] of [['127.0.0.1', ${port}], ['169.254.169.254', 80], ['1.1.1.1', 53]])
  await new Promise((done) => {
    const socket = connect({ host, port, timeout: 1000 })
    socket.on('connect', () => { console.log('reached', host); done() })
    for (const end of ['error', 'timeout']) socket.on(end, () => { socket.destroy(); done() })
  })
await lookup('example.com').then((found) => console.log(found), () => undefined)
await fetch('http://127.0.0.1:${port}').then(() => console.log('fetched'), () => undefined)
console.log('end')`)
    server.close()
    expect(said).toBe('end\n')
  })

  it('holds who breaks out of an engine: bounded memory and processes', async () => {
    const greedy = 'const all = []; for (;;) all.push(Buffer.alloc(16 << 20, 1))'
    expect(await escaped(`${greedy}; console.log('never')`)).not.toContain('never')
    const bomb = `
import { spawn } from 'node:child_process'
let n = 0
try { for (; n < 200; n += 1) { const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1e6)']); child.on('error', () => undefined); if (child.pid === undefined) break } } catch {}
console.log(n < 200)
process.exit()`
    expect(await escaped(bomb)).toContain('true\n')
  })
})

describe.runIf(existsSync('/usr/bin/setpriv'))('WebAssembly when the server is killed', () => {
  it('leaves no script running', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'braid-wasm-'))
    const program = `
import { createWasmRunner } from ${JSON.stringify(new URL('./wasm.ts', import.meta.url).href)}
import { defaultLimits } from ${JSON.stringify(new URL('../../runner.ts', import.meta.url).href)}
const made = await createWasmRunner({ folder: ${JSON.stringify(folder)}, languages: ['javascript'] })
await made.value.run({ language: 'javascript', source: 'console.log("on"); for (;;) {}', limits: defaultLimits }, () => process.kill(process.pid, 'SIGKILL'))`
    expect(() =>
      execFileSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' }),
    ).toThrow()
    await expect.poll(() => livingProcesses(folder), { timeout: 10_000 }).toBe(0)
    rmSync(folder, { recursive: true, force: true })
  })
})
