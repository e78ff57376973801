/**
 * `npm run verify:long`: the oracle and the simulation with many more seeds than `npm test` has. Takes an hour on two
 * cores; BRAID_ORACLE_STEPS and BRAID_SIMULATION_SEEDS set other numbers.
 */
import { delimiter } from 'node:path'
import { install } from './parts/install.mjs'
import { fromRoot } from './parts/paths.mjs'
import { main } from './parts/progress.mjs'
import { runVisibly } from './parts/run.mjs'

await main(async () => {
  await install()
  const environment = {
    BRAID_ORACLE_STEPS: '5000000',
    BRAID_SIMULATION_SEEDS: '30000',
    ...process.env,
    PATH: `${fromRoot('node_modules', '.bin')}${delimiter}${process.env.PATH}`,
  }
  const files = ['--', 'tests/oracle/oracle.test.ts', 'tests/simulation/simulation.test.ts']
  return await runVisibly('npm', ['test', '--silent', ...files], environment)
})
