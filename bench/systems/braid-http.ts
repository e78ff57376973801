/** Braid from outside: a client of its REST API, in a process of its own, starts instances and waits for their end. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { parseConfig } from '../../server/src/config.ts'
import { startServer } from '../../server/src/start-server.ts'
import { fanOut, measureAll, report } from '../workload.ts'
import { fanOutXml, jobType, sequenceXml } from './models.ts'

const apiKey = 'bench-bench-bench-bench'
const headers = { authorization: `Bearer ${apiKey}` }

async function serve(): Promise<void> {
  const config = parseConfig({
    BRAID_DATABASE_URL: process.env.BENCH_DATABASE_URL,
    BRAID_ADMIN_API_KEY: apiKey,
    BRAID_PORT: '0',
    BRAID_SEED: 'none',
    BRAID_LOG_LEVEL: 'error',
  })
  if (!config.ok) throw new Error(config.error.join('\n'))
  const server = await startServer(config.value)
  server.execution.handle(jobType, async () => undefined, { concurrency: 100_000 })
  process.send?.(server.url)
}

async function deploy(url: string): Promise<void> {
  const files = new FormData()
  for (const [name, xml] of [
    ['sequence1', sequenceXml(1)],
    ['sequence10', sequenceXml(10)],
    ['fanOut', fanOutXml(fanOut)],
  ] as const) {
    files.append('resources', new Blob([xml]), `${name}.bpmn`)
  }
  const deployed = await fetch(`${url}/v2/deployments`, { method: 'POST', headers, body: files })
  if (!deployed.ok) throw new Error(await deployed.text())
}

async function drive(): Promise<void> {
  const server = fork(import.meta.filename, ['serve'])
  const [url] = (await once(server, 'message')) as [string]
  await deploy(url)
  const run = (processDefinitionId: string) => async (): Promise<void> => {
    const answer = await fetch(`${url}/v2/process-instances`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ processDefinitionId, awaitCompletion: true, requestTimeout: 60_000 }),
    })
    if (!answer.ok) throw new Error(await answer.text())
    await answer.arrayBuffer()
  }
  report(
    await measureAll({ sequence1: run('sequence1'), sequence10: run('sequence10'), fanOut: run('fanOut') }),
  )
  server.kill('SIGKILL')
}

if (process.argv[2] === 'serve') await serve()
else {
  await drive()
  process.exit(0)
}
