#!/usr/bin/env node
/** `npm run braid -- …` and the command `braid`: the command line, on the Node that npm installed. */
import { install } from './parts/install.mjs'
import { bundledNode, fromRoot } from './parts/paths.mjs'
import { main } from './parts/progress.mjs'
import { runVisibly } from './parts/run.mjs'

await main(async () => {
  await install()
  const args = [fromRoot('server', 'src', 'cli.ts'), ...process.argv.slice(2)]
  // Files are named from where npm was called, not from where it runs its scripts.
  return runVisibly(bundledNode, args, process.env, process.env.INIT_CWD ?? process.cwd())
})
