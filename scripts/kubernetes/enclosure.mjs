/**
 * Namespaces for a cluster: its processes, mounts, network devices and packet filters are its own, and go with its first
 * process, however that ends. What reaches beyond them, control groups and settings of the kernel, is put right after.
 */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '../parts/progress.mjs'
import { runQuietly } from '../parts/run.mjs'

/** Of the one node, in a network that leads nowhere. */
export const nodeAddress = '10.99.0.1'

/** A kubelet sets them. */
const settings = ['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops']

/** Runs a command in namespaces of its own; afterwards nothing is left of it, nor of the folder. */
export async function enclosed(folder, command) {
  const before = settings.map((name) => [
    join('/proc/sys', name),
    readFileSync(join('/proc/sys', name), 'utf8'),
  ])
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  // The shell waits for orphans, as process 1 must.
  const shell = ['sh', '-c', '"$@"; exit $?', 'sh']
  try {
    return await end(spawn('unshare', [...namespaces, ...shell, ...command], { stdio: 'inherit' }))
  } finally {
    for (const [path, value] of before) writeFileSync(path, value)
    for (const hierarchy of ['', ...foldersIn('/sys/fs/cgroup')])
      removeGroup(join('/sys/fs/cgroup', hierarchy, 'kubepods'))
    await rm(folder, { recursive: true, force: true })
  }
}

/** Exit code of the process. It takes no signals itself, but kills all that is inside when it is killed. */
function end(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGKILL'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

const foldersIn = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

function removeGroup(path) {
  try {
    for (const name of foldersIn(path)) removeGroup(join(path, name))
    rmdirSync(path)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

/** Inside: a network of its own, and places where programs leave things whatever they are told. */
export async function prepareEnclosure() {
  for (const path of ['/run', '/var/lib/cni', '/var/log']) {
    await succeed('mkdir', ['-p', path])
    await succeed('mount', ['-t', 'tmpfs', 'braid', path])
  }
  await succeed('ip', ['link', 'set', 'lo', 'up'])
  await succeed('ip', ['link', 'add', 'node0', 'type', 'bridge'])
  await succeed('ip', ['address', 'add', `${nodeAddress}/24`, 'dev', 'node0'])
  await succeed('ip', ['link', 'set', 'node0', 'up'])
  await succeed('ip', ['route', 'add', 'default', 'dev', 'node0'])
}

async function succeed(program, args) {
  const { exitCode, output } = await runQuietly(program, args)
  if (exitCode !== 0) throw new Refusal(`${program} ${args.join(' ')} failed: ${output}`)
}
