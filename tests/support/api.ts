/** Calls of a running server as its clients make them, and small processes to call it about. */
import { expect, vi } from 'vitest'
import type { TestServer } from './server.ts'

export type Answer = { readonly status: number; readonly body: Record<string, unknown> }

export type Api = {
  post(path: string, body?: object): Promise<Answer>
  put(path: string, body: object): Promise<Answer>
  get(path: string): Promise<Answer>
  /** The answer to a deployment, also when it is refused. */
  tryDeploy(name: string, content: string): Promise<Answer>
  /** Deploys one process; answers its key. */
  deploy(name: string, xml: string): Promise<string>
  start(processDefinitionId: string, variables?: object): Promise<string>
  /** The first page of a search. */
  items(path: string, filter: object): Promise<readonly Record<string, unknown>[]>
  takeJob(type: string): Promise<string>
  stateOf(processInstanceKey: string): Promise<unknown>
  /** Elements with a living instance but the process, sorted. */
  active(processInstanceKey: string): Promise<readonly unknown[]>
}

type Deployed = { readonly processDefinition?: { readonly processDefinitionKey: string } }

/** `base`: `/v2` has what Camunda 8 has, `/api/v1` has everything. */
export function createApi(
  { url, apiKey }: Pick<TestServer, 'url' | 'apiKey'>,
  base: '/v2' | '/api/v1' = '/v2',
): Api {
  const call = async (method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${url}${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) }
  }
  const post = (path: string, body: object = {}) => call('POST', path, body)
  const tryDeploy = async (name: string, content: string): Promise<Answer> => {
    const form = new FormData()
    form.append('resources', new Blob([content]), name)
    const headers = { authorization: `Bearer ${apiKey}` }
    const response = await fetch(`${url}${base}/deployments`, { method: 'POST', headers, body: form })
    return { status: response.status, body: (await response.json()) as Answer['body'] }
  }
  const items: Api['items'] = async (path, filter) => {
    const { body } = await post(path, { filter })
    return body.items as Record<string, unknown>[]
  }
  return {
    post,
    put: (path, body) => call('PUT', path, body),
    get: (path) => call('GET', path),
    items,
    tryDeploy,
    deploy: async (name, xml) => {
      const { body } = await tryDeploy(name, xml)
      const deployments = body.deployments as readonly Deployed[] | undefined
      const key = deployments?.[0]?.processDefinition?.processDefinitionKey
      if (key === undefined) throw new Error(JSON.stringify(body))
      return key
    },
    start: async (processDefinitionId, variables = {}) => {
      const { body } = await post('/process-instances', { processDefinitionId, variables })
      if (typeof body.processInstanceKey !== 'string') throw new Error(JSON.stringify(body))
      return body.processInstanceKey
    },
    takeJob: async (type) => {
      const request = { type, worker: 'test', timeout: 60_000, maxJobsToActivate: 1, requestTimeout: 5_000 }
      const { body } = await post('/jobs/activation', request)
      const [job] = body.jobs as { readonly jobKey: string }[]
      if (job === undefined) throw new Error(`no job of type ${type}`)
      return job.jobKey
    },
    stateOf: async (processInstanceKey) =>
      (await call('GET', `/process-instances/${processInstanceKey}`)).body.state,
    active: async (processInstanceKey) => {
      const found = await items('/element-instances/search', { processInstanceKey, state: 'ACTIVE' })
      return found
        .filter(({ type }) => type !== 'PROCESS')
        .map(({ elementId }) => elementId)
        .toSorted()
    },
  }
}

/** Waits until the check holds. */
export const eventually = (check: () => Promise<unknown>, expected: unknown): Promise<void> =>
  vi.waitFor(async () => expect(await check()).toEqual(expected), { timeout: 10_000, interval: 30 })
