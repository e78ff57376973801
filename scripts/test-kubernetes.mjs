/**
 * `npm run test:kubernetes [-- <files>]`: builds Kubernetes (once, eight minutes of a processor), starts a cluster of one
 * node on this machine, and runs `tests/kubernetes` against it. Needs Linux, root, Go 1.25, and what it names. With
 * `--keep` the cluster stays up instead, and the command says how to reach it, until Ctrl-C.
 */
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { buildKubernetes, version } from './kubernetes/build.mjs'
import { missingForCluster, startCluster } from './kubernetes/cluster.mjs'
import { buildImages } from './kubernetes/images.mjs'
import { install } from './parts/install.mjs'
import { bundledNode, fromRoot } from './parts/paths.mjs'
import { main, Refusal, withProgress } from './parts/progress.mjs'
import { runVisibly } from './parts/run.mjs'

await main(async () => {
  const args = process.argv.slice(2)
  await install()
  const missing = missingForCluster()
  if (missing !== undefined) throw new Refusal(missing)
  const programs = await buildKubernetes()
  // Sockets lie in it, so its path must be short.
  const folder = mkdtempSync('/var/tmp/braid-k8s-')
  const images = await withProgress('Making images', () =>
    buildImages(join(homedir(), '.cache', 'braid-kubernetes', 'images')),
  )
  const cluster = await withProgress(`Starting Kubernetes ${version}`, () =>
    startCluster({ folder, programs, images }),
  )
  try {
    return args.includes('--keep') ? await keep(cluster) : await test(cluster, args)
  } finally {
    await withProgress('Stopping Kubernetes', () => cluster.stop())
  }
})

async function keep({ kubeconfig, folder }) {
  const forever = setInterval(() => undefined, 60_000)
  process.stdout.write(`KUBECONFIG=${kubeconfig}, logs in ${folder}/logs; Ctrl-C stops it\n`)
  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)))
  clearInterval(forever)
  return 0
}

async function test({ kubeconfig }, files) {
  const vitest = fromRoot('node_modules', 'vitest', 'vitest.mjs')
  const config = fromRoot('tests', 'kubernetes', 'vitest.config.ts')
  const environment = { ...process.env, BRAID_TEST_KUBECONFIG: kubeconfig }
  return await runVisibly(bundledNode, [vitest, 'run', '--config', config, ...files], environment)
}
