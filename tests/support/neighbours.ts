/** Two users of a node: one whose scripts attack, one who works meanwhile. */
import { setTimeout as pause } from 'node:timers/promises'
import { type ExecutionState, isOver } from '@braid/contract/execution.ts'
import type { Attack } from './attacks.ts'
import { createExecutions, createExecutionsOf, type Executions } from './executions.ts'
import { createPerson, password } from './person.ts'
import { processXml } from './process-xml.ts'

type Node = { readonly url: string; readonly apiKey: string }

export type Neighbours = {
  readonly attacker: Executions
  readonly worker: Executions
  /** What the worker asks for; each throws unless it succeeds. */
  readonly tasks: Tasks
}

export type Tasks = {
  readonly read: () => Promise<void>
  /** Starts an instance and waits for its end. */
  readonly runProcess: () => Promise<void>
  readonly runScript: () => Promise<{ readonly firstMs: number; readonly wholeMs: number }>
}

const processId = 'neighbour'
const xml = processXml(
  processId,
  '<startEvent id="start" /><scriptTask id="add"><extensionElements><zeebe:script expression="= 6 * 7" resultVariable="sum" /></extensionElements></scriptTask><endEvent id="end" />',
  'start -> add',
  'add -> end',
)

type Deployed = {
  readonly deployments: readonly { readonly processDefinition?: { readonly processDefinitionKey: string } }[]
}

/** Also what the worker works with. Only the attacker's requests are limited: the worker asks more often than people. */
export async function createNeighbours(node: Node): Promise<Neighbours> {
  const admin = createExecutions(node)
  await admin.ready()
  const files = new FormData()
  files.append('resources', new Blob([xml]), 'neighbour.bpmn')
  const headers = { authorization: `Bearer ${node.apiKey}` }
  const deployed = await fetch(`${node.url}/api/v1/deployments`, { method: 'POST', headers, body: files })
  if (!deployed.ok) throw new Error(await deployed.text())
  const { deployments } = (await deployed.json()) as Deployed
  const definitionKey = deployments[0]?.processDefinition?.processDefinitionKey ?? ''
  const userOf = async (username: string): Promise<Executions> => {
    const account = { username, password: password(username), role: 'developer' }
    must(await admin.call('POST', '/users', account), 201)
    const person = createPerson({
      url: node.url,
      createAdminLink: () => Promise.reject(new Error('not asked for')),
    })
    must(await person.signIn(username, account.password), 200)
    return createExecutionsOf(node, person.credentials)
  }
  const [attacker, worker] = [await userOf('attacker'), await userOf('worker')]
  must(await admin.call('PUT', '/rate-limits/overrides/worker', { mode: 'bypass' }), 200)
  return { attacker, worker, tasks: tasksOf(worker, definitionKey) }
}

function must({ status, body }: { readonly status: number; readonly body: unknown }, expected: number): void {
  if (status !== expected) throw new Error(`${status} ${JSON.stringify(body)}`)
}

export type Attacked = {
  readonly state: ExecutionState
  /** How much longer than its time it took; below zero when it ended before. */
  readonly lateMs: number
}

export type Attacking = {
  /** Resolves once as many run as may. */
  readonly begun: Promise<void>
  /** Those that have ended so far. */
  readonly ended: readonly Attacked[]
  /** Ends the others. */
  end(): Promise<void>
}

/** For one that another limit is to end, on however busy a machine. */
const plentyMs = 60_000

/** Keeps as many of them asked for as may run at once, each for so long if that is what ends it. */
export function keepAttacking(
  user: Executions,
  { script, ends }: Attack,
  { atOnce, attackMs }: { readonly atOnce: number; readonly attackMs: number },
): Attacking {
  const timeoutMs = ends.includes('TIMED_OUT') ? attackMs : plentyMs
  const ended: Attacked[] = []
  let isOn = true
  let running = 0
  const begun = Promise.withResolvers<void>()
  const attack = async (): Promise<void> => {
    const asked = await user.call('POST', '/execute', { language: 'python', script, timeoutMs })
    // Too often: what a user may ask for in a minute is used up.
    if (asked.status === 429) return pause(500)
    must(asked, 202)
    const { executionKey } = asked.body
    let hasBegun = false
    for (let isAsked = false; ; await pause(200)) {
      if (!isOn && !isAsked) {
        await user.call('POST', `/executions/${executionKey}/cancel`)
        isAsked = true
      }
      const { body } = await user.call('GET', `/executions/${executionKey}`)
      const { state, wallMs = 0 } = body as unknown as { state: ExecutionState; wallMs?: number }
      if (!hasBegun && state !== 'QUEUED') {
        hasBegun = true
        running += 1
        if (running === atOnce) begun.resolve()
      }
      if (!isOver(state)) continue
      ended.push({ state, lateMs: wallMs - timeoutMs })
      return
    }
  }
  const work = async (): Promise<void> => {
    while (isOn) await attack()
  }
  const all = Promise.all(Array.from({ length: atOnce }, work))
  return {
    begun: begun.promise,
    ended,
    end: async () => {
      isOn = false
      await all
    },
  }
}

const tasksOf = (user: Executions, definitionKey: string): Tasks => ({
  read: async () => must(await user.call('GET', `/process-definitions/${definitionKey}`), 200),
  runProcess: async () => {
    const wanted = { processDefinitionId: processId, awaitCompletion: true, fetchVariables: ['sum'] }
    const answer = await user.call('POST', '/process-instances', wanted)
    must(answer, 200)
    const { variables } = answer.body as unknown as { readonly variables: { readonly sum: unknown } }
    if (variables.sum !== 42) throw new Error(JSON.stringify(answer.body))
  },
  runScript: () => runHello(user),
})

/** Asked for, and followed from then. */
async function runHello(user: Executions): Promise<{ readonly firstMs: number; readonly wholeMs: number }> {
  const begin = performance.now()
  const key = await user.ask({ language: 'python', script: "print('hi')" })
  let firstMs = Number.NaN
  let text = ''
  let state: string | undefined
  for await (const frame of user.follow(key)) {
    if (frame.type === 'end') state = frame.state
    if (frame.type !== 'output') continue
    text += frame.text
    if (Number.isNaN(firstMs)) firstMs = performance.now() - begin
  }
  if (state !== 'COMPLETED' || text !== 'hi\n')
    throw new Error(`a script of the worker ended ${state}: ${text}`)
  return { firstMs, wholeMs: performance.now() - begin }
}
