/**
 * Builds Kubernetes from its Go module, once per version. The module can't be installed as it is: it replaces its parts by
 * folders that the module does not hold, so a module of our own replaces them by their published versions.
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Refusal, withProgress } from '../parts/progress.mjs'
import { runQuietly } from '../parts/run.mjs'

export const version = '1.35.4'
const programs = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet']
const cache = join(homedir(), '.cache', 'braid-kubernetes')

/** What enforces network policies, and its version. */
const policies = {
  name: 'kube-router',
  module: 'github.com/cloudnativelabs/kube-router/v2',
  version: '2.1.0',
}

/** Folder of the programs. Ten minutes of a processor the first time. */
export async function buildPrograms() {
  const done = join(cache, `bin-${version}`)
  await buildKubernetes(done)
  await buildPolicies(done)
  return done
}

async function buildKubernetes(done) {
  if (programs.every((program) => existsSync(join(done, program)))) return
  const folder = join(cache, 'build')
  await mkdir(folder, { recursive: true })
  await withProgress(`Building Kubernetes ${version} (once)`, async () => {
    await writeModule(folder)
    const made = join(folder, 'bin')
    await mkdir(made, { recursive: true })
    const set = 'k8s.io/component-base/version'
    const [major, minor] = version.split('.')
    const flags = `-s -w -X ${set}.gitVersion=v${version} -X ${set}.gitMajor=${major} -X ${set}.gitMinor=${minor}`
    const targets = programs.map((program) => `k8s.io/kubernetes/cmd/${program}`)
    await go(folder, ['build', '-p', '2', '-trimpath', '-ldflags', flags, '-o', `${made}/`, ...targets])
    await rename(made, done)
  })
}

async function buildPolicies(done) {
  const { name, module, version } = policies
  if (existsSync(join(done, name))) return
  const folder = join(cache, `build-${name}`)
  await mkdir(folder, { recursive: true })
  await withProgress(`Building ${name} ${version} (once)`, async () => {
    const { Dir: source } = JSON.parse(await go(cache, ['mod', 'download', '-json', `${module}@v${version}`]))
    await writeFile(
      join(folder, 'go.mod'),
      `module braid-${name}\n\ngo 1.22\n\nrequire ${module} v${version}\n`,
    )
    await writeFile(join(folder, 'go.sum'), await readFile(join(source, 'go.sum')))
    await go(folder, [
      'build',
      '-p',
      '2',
      '-trimpath',
      '-ldflags',
      '-s -w',
      '-o',
      `${done}/`,
      `${module}/cmd/${name}`,
    ])
  })
}

/** A small static program, built likewise. */
export async function buildProgram(name, source) {
  const done = join(cache, name)
  if (existsSync(done)) return done
  const folder = join(cache, `build-${name}`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'go.mod'), `module ${name}\n\ngo 1.19\n`)
  await writeFile(join(folder, 'main.go'), source)
  await go(folder, ['build', '-ldflags', '-s -w', '-o', done, '.'])
  return done
}

async function writeModule(folder) {
  const text = await go(folder, ['mod', 'download', '-json', `k8s.io/kubernetes@v${version}`])
  const { Dir: source } = JSON.parse(text)
  const own = (await readFile(join(source, 'go.mod'), 'utf8'))
    .replace(/^module .*/m, 'module braid-kubernetes')
    .replace(/=> \.\/staging\/src\/(\S+)/g, `=> $1 v${version.replace(/^1/, '0')}`)
  await writeFile(join(folder, 'go.mod'), `${own}\nrequire k8s.io/kubernetes v${version}\n`)
  await writeFile(join(folder, 'go.sum'), await readFile(join(source, 'go.sum')))
}

async function go(cwd, args) {
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' }
  const { exitCode, output } = await runQuietly('nice', ['-n', '15', 'go', ...args], { cwd, env }).catch(
    (error) => ({ exitCode: 1, output: error.message }),
  )
  if (exitCode !== 0) throw new Refusal(`go ${args.slice(0, 2).join(' ')} failed:\n${output.slice(-2_000)}`)
  return output
}
