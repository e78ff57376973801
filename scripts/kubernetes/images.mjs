/**
 * Images for the test cluster, which reaches no registry: the interpreters of this machine with what they need, and the
 * program that holds the namespaces of a pod. Both as archives that containerd imports.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { chmod, copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundledNode } from '../parts/paths.mjs'
import { Refusal } from '../parts/progress.mjs'
import { runQuietly } from '../parts/run.mjs'
import { buildProgram } from './build.mjs'

export const pauseImage = 'braid.test/pause:1'
const scriptImage = 'braid.test/scripts:1'

const tools =
  'bash sh cat chmod cp date dd env false head id kill ln ls mkdir mkfifo mv rm seq sleep tail tee timeout touch true wc yes'

const pause = `package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	<-end
}
`

export async function buildImages(folder) {
  await mkdir(folder, { recursive: true })
  await buildPause(folder)
  await buildScripts(folder)
}

const archivePath = (folder, name) => join(folder, `${name.replaceAll(/\W/g, '-')}.tar`)

/** Paths of what `buildImages` has made. */
export const imageArchives = (folder) => [pauseImage, scriptImage].map((name) => archivePath(folder, name))

async function buildPause(folder) {
  const tree = join(folder, 'pause')
  await rm(tree, { recursive: true, force: true })
  await mkdir(tree)
  await copyFile(await buildProgram('pause', pause), join(tree, 'pause'))
  await chmod(join(tree, 'pause'), 0o755)
  await archive(folder, tree, pauseImage, { Entrypoint: ['/pause'] })
}

async function buildScripts(folder) {
  const tree = join(folder, 'scripts')
  await rm(tree, { recursive: true, force: true })
  for (const name of ['usr/bin', 'usr/lib', 'usr/lib64', 'tmp', 'etc', 'proc', 'sys', 'dev'])
    await mkdir(join(tree, name), { recursive: true })
  for (const name of ['bin', 'lib', 'lib64']) await symlink(`usr/${name}`, join(tree, name))
  await writeFile(join(tree, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
  await writeFile(join(tree, 'etc/shadow'), 'root:*:19000:0:99999:7:::\n', { mode: 0o600 })
  const python = await firstLine('python3', ['-c', 'import sys; print(sys.executable)'])
  const library = await firstLine('python3', [
    '-I',
    '-c',
    'import sysconfig; print(sysconfig.get_path("stdlib"))',
  ])
  const perl = '/usr/lib/x86_64-linux-gnu/perl-base'
  const programs = new Map([
    ['node', bundledNode],
    ['python3', python],
    ['perl', '/usr/bin/perl'],
    ...tools.split(' ').map((name) => [name, join('/usr/bin', name)]),
  ])
  const loadable = readdirSync(join(library, 'lib-dynload')).map((name) => join(library, 'lib-dynload', name))
  const libraries = await librariesOf([...programs.values(), ...loadable])
  for (const path of libraries) await put(tree, path, realpathSync(path))
  // Where Python looks for its library depends on where it lies.
  await put(tree, realpathSync(python), realpathSync(python))
  for (const [name, path] of programs) {
    if (name === 'python3') await symlink(realpathSync(python), join(tree, 'usr/bin/python3'))
    else await put(tree, join('/usr/bin', name), realpathSync(path))
  }
  await copyTree(tree, library, [
    '--exclude=test',
    '--exclude=site-packages',
    '--exclude=__pycache__',
    '--exclude=dist-packages',
  ])
  for (const folder of [perl, '/usr/lib/locale/C.utf8']) await copyTree(tree, folder, [])
  const environment = ['PATH=/usr/local/bin:/usr/bin:/bin']
  await archive(folder, tree, scriptImage, { Env: environment })
}

async function put(tree, path, from) {
  const to = join(tree, path.replace(/^\/(lib|lib64|bin)\//, '/usr/$1/'))
  if (existsSync(to)) return
  await mkdir(dirname(to), { recursive: true })
  await copyFile(from, to)
  await chmod(to, 0o755)
}

async function copyTree(tree, folder, options) {
  const to = join(tree, folder)
  await mkdir(to, { recursive: true })
  await succeed('sh', [
    '-c',
    'from=$1; to=$2; shift 2; tar -C "$from" "$@" -cf - . | tar -C "$to" -xf -',
    'sh',
    folder,
    to,
    ...options,
  ])
}

/** Shared libraries and the loader, as the loader itself finds them. */
async function librariesOf(paths) {
  const found = new Set()
  for (const path of paths) {
    const { output } = await runQuietly('ldd', [realpathSync(path)])
    for (const [, library] of output.matchAll(/(\/\S+) \(0x/g)) found.add(library)
  }
  return found
}

/** In the format of `docker save`, which everything reads. */
async function archive(folder, tree, name, config) {
  const layer = join(folder, 'layer.tar')
  await succeed('tar', ['-C', tree, '--owner=0', '--group=0', '--numeric-owner', '-cf', layer, '.'])
  const digest = createHash('sha256')
    .update(await readFile(layer))
    .digest('hex')
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const description = {
    architecture,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify(description))
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
  const files = ['manifest.json', 'config.json', 'layer.tar']
  await succeed('tar', ['-C', folder, '-cf', archivePath(folder, name), ...files])
  await rm(layer)
}

const firstLine = async (program, args) => (await succeed(program, args)).trim().split('\n')[0]

async function succeed(program, args) {
  const { exitCode, output } = await runQuietly(program, args)
  if (exitCode !== 0) throw new Refusal(`${program} failed: ${output.slice(-1_000)}`)
  return output
}
