/**
 * `npm run test:kubernetes [-- <files>]`: builds Kubernetes (once, ten minutes of a processor), starts a cluster of one
 * node on this machine, and runs `tests/kubernetes` against it. Needs Linux, root, Go 1.25, and what it names. With
 * `--keep` the cluster stays up instead, and the command says how to reach it, until Ctrl-C.
 */
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPrograms, version } from './kubernetes/build.mjs'
import { missingForCluster, startCluster } from './kubernetes/cluster.mjs'
import { enclosed, prepareEnclosure } from './kubernetes/enclosure.mjs'
import { buildImages, imageArchives } from './kubernetes/images.mjs'
import { install } from './parts/install.mjs'
import { bundledNode, fromRoot } from './parts/paths.mjs'
import { main, Refusal, withProgress } from './parts/progress.mjs'
import { runVisibly } from './parts/run.mjs'

const inside = '--inside'
const imagesFolder = join(homedir(), '.cache', 'braid-kubernetes', 'images')

await main(async () => {
  const [first, folder, ...rest] = process.argv.slice(2)
  return await (first === inside ? testInside(folder, rest) : prepare(process.argv.slice(2)))
})

/** What needs the machine as it is: packages, Go modules, its interpreters. */
async function prepare(args) {
  await install()
  const missing = missingForCluster()
  if (missing !== undefined) throw new Refusal(missing)
  await buildPrograms()
  await withProgress('Making images', () => buildImages(imagesFolder))
  // Sockets lie in it, so its path must be short.
  const folder = mkdtempSync('/var/tmp/braid-k8s-')
  const script = fileURLToPath(import.meta.url)
  return await enclosed(folder, [process.execPath, script, inside, folder, ...args])
}

async function testInside(folder, args) {
  await prepareEnclosure()
  const programs = await buildPrograms()
  const kubeconfig = await withProgress(`Starting Kubernetes ${version}`, () =>
    startCluster({ folder, programs, images: imageArchives(imagesFolder) }),
  )
  return await (args.includes('--keep') ? keep(kubeconfig, folder) : test(kubeconfig, args))
}

async function keep(kubeconfig, folder) {
  setInterval(() => undefined, 60_000)
  const enter = `nsenter -t $(pgrep -f ${folder}/containerd.toml | head -1) -m -n -p`
  process.stdout.write(
    `${enter} env KUBECONFIG=${kubeconfig} <command>\nLogs: ${folder}/logs; Ctrl-C stops it\n`,
  )
  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)))
  // All else in here ends with this process.
  process.exit(0)
}

async function test(kubeconfig, files) {
  const vitest = fromRoot('node_modules', 'vitest', 'vitest.mjs')
  const config = fromRoot('tests', 'kubernetes', 'vitest.config.ts')
  const environment = { ...process.env, BRAID_TEST_KUBECONFIG: kubeconfig }
  const exitCode = await runVisibly(bundledNode, [vitest, 'run', '--config', config, ...files], environment)
  process.exit(exitCode)
}
