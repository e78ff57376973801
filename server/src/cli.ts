/** `npm run braid -- VERB …`: one verb per file in `cli/`. */
import { showConfig } from './cli/config.ts'
import { doctor } from './cli/doctor.ts'
import { importFiles } from './cli/import.ts'
import { newApplication } from './cli/new.ts'
import { testApplications } from './cli/test.ts'
import { UsageError, type Verb } from './cli/verb.ts'
import { workerVerb } from './cli/worker.ts'
import { startWorker } from './start-worker.ts'

const verbs: Readonly<Record<string, Verb>> = {
  import: importFiles,
  new: newApplication,
  config: showConfig,
  doctor,
  test: testApplications,
  worker: workerVerb(startWorker),
}

const usage = ['Usage:', ...Object.values(verbs).map((verb) => `  braid ${verb.usage}`)].join('\n')

const [name = '', ...args] = process.argv.slice(2)
const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined
if (verb === undefined) {
  const isHelp = ['', 'help', '--help', '-h'].includes(name)
  console[isHelp ? 'log' : 'error'](isHelp ? usage : `braid: there is no verb ${name}\n${usage}`)
  process.exitCode = isHelp ? 0 : 2
} else {
  try {
    process.exitCode = await verb.run(args)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`braid ${name}: ${error.message}\nUsage: braid ${verb.usage}`)
    process.exitCode = 2
  }
}
