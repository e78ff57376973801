/** `npm run verify`: everything that must hold before a change is shared. Lint, types, tests; stops at the first. */
import { delimiter } from 'node:path'
import { install } from './parts/install.mjs'
import { fromRoot } from './parts/paths.mjs'
import { main } from './parts/progress.mjs'
import { runVisibly } from './parts/run.mjs'

await main(async () => {
  await install()
  const environment = {
    ...process.env,
    PATH: `${fromRoot('node_modules', '.bin')}${delimiter}${process.env.PATH}`,
  }
  for (const script of ['check', 'test']) {
    const exitCode = await runVisibly('npm', ['run', '--silent', script], environment)
    if (exitCode !== 0) return exitCode
  }
  return 0
})
