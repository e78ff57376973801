/** A node whose rate limits a test adds, and calls with their headers. */
import type { RateLimit } from '@braid/contract/rate-limit.ts'
import type { Role } from '@braid/contract/role.ts'
import type { Config } from '../../server/src/config.ts'
import type { Answer } from './api.ts'
import { createPerson, type Person, password } from './person.ts'
import { createTestServer, type TestServer } from './server.ts'

export type AnswerWithHeaders = Answer & { readonly headers: Headers }

/** By an administrator's API key, unless the headers say who. */
export async function call(
  { url, apiKey }: Pick<TestServer, 'url' | 'apiKey'>,
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = { authorization: `Bearer ${apiKey}` },
): Promise<AnswerWithHeaders> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
  }
}

export type LimitedServer = TestServer & {
  get(path: string): Promise<AnswerWithHeaders>
  add(rateLimit: object): Promise<RateLimit>
  change(rateLimit: RateLimit, change: object): Promise<RateLimit>
  remove(rateLimit: RateLimit): Promise<void>
  forgetUsage(username: string): Promise<void>
  /** Removes what was added, overrides, and what was counted. */
  forgetAll(): Promise<void>
}

/** Five requests a minute, unless said. */
export const limit = (given: object): object => ({
  name: 'test',
  algorithm: 'sliding-window',
  limit: 5,
  windowSeconds: 60,
  enabled: true,
  priority: 50,
  ...given,
})

export async function startLimited(settings: Partial<Config> = {}): Promise<LimitedServer> {
  const server = await createTestServer({ rateLimits: true, ...settings })
  const added = new Set<string>()
  const done = async (method: string, path: string, body?: object): Promise<Answer['body']> => {
    const answer = await call(server, method, `/api/v1/rate-limits${path}`, body)
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }
  const remove = async (rateLimitKey: string): Promise<void> => {
    await done('DELETE', `/${rateLimitKey}`)
    added.delete(rateLimitKey)
  }
  return {
    ...server,
    get: (path) => call(server, 'GET', `/api/v1${path}`),
    add: async (rateLimit) => {
      const made = (await done('POST', '', rateLimit)) as RateLimit
      added.add(made.rateLimitKey)
      return made
    },
    change: async ({ rateLimitKey }, change) =>
      (await done('PATCH', `/${rateLimitKey}`, change)) as RateLimit,
    remove: ({ rateLimitKey }) => remove(rateLimitKey),
    forgetUsage: async (username) => {
      await done('DELETE', `/usage/${username}`)
    },
    forgetAll: async () => {
      for (const rateLimitKey of added) await remove(rateLimitKey)
      const { items } = (await done('GET', '/overrides')) as { items: { username: string }[] }
      for (const { username } of items) await done('DELETE', `/overrides/${username}`)
      await done('DELETE', '/usage')
    },
  }
}

/** With an administrator who is signed in. */
export async function startAdministered(): Promise<{
  readonly server: LimitedServer
  readonly admin: Person
}> {
  const server = await startLimited()
  const admin = createPerson(server)
  await admin.signInAsAdministrator()
  return { server, admin }
}

export const topology = { pathPrefix: '/topology' } as const

type Called = Promise<{ readonly status: number }>

export const statusOf = async (call: Called): Promise<number> => (await call).status

/** One after the other. */
export async function times(count: number, call: () => Called): Promise<number[]> {
  const statuses: number[] = []
  for (let index = 0; index < count; index += 1) statuses.push(await statusOf(call()))
  return statuses
}

/** A new user, by an administrator. */
export async function signedIn(
  server: LimitedServer,
  admin: Person,
  username: string,
  role: Role = 'user',
): Promise<Person> {
  const account = { username, password: password(username), role }
  const { status } = await admin.call('POST', '/users', account)
  if (status !== 201) throw new Error(`the user ${username} was not made: ${status}`)
  const person = createPerson(server)
  await person.signIn(username, password(username))
  return person
}

/** Gives its secret. */
export async function addKey(person: Person): Promise<string> {
  const made = await person.call('POST', '/api-keys', { name: 'key', grants: ['*'] })
  return String(made.body.secret)
}
