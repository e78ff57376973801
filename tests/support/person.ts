/** A person in a browser: keeps the cookie of a session and sends what Braid's pages send with it. */
import type { Answer } from './api.ts'
import type { TestServer } from './server.ts'

export type Person = {
  call(method: string, path: string, body?: object): Promise<Answer>
  signIn(username: string, password: string): Promise<Answer>
  /** By a one-time link. */
  signInAsAdministrator(): Promise<Answer>
  signOut(): Promise<Answer>
  /** `braid_session=…`, or nothing. */
  readonly cookie: string
  /** With which others send what this person asks for. */
  readonly credentials: Readonly<Record<string, string>>
}

type Settings = { readonly base?: '/api/v1' | '/v2'; readonly headers?: Readonly<Record<string, string>> }

export const password = (username: string): string => `${username}'s long password`

export function createPerson(
  server: Pick<TestServer, 'url' | 'createAdminLink'>,
  { base = '/api/v1', headers = {} }: Settings = {},
): Person {
  let cookie = ''
  let csrfToken = ''
  const credentials = () => ({
    origin: server.url,
    ...(cookie === '' ? {} : { cookie, 'x-csrf-token': csrfToken }),
  })
  const call = async (method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${server.url}${base}${path}`, {
      method,
      headers: {
        ...credentials(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1)
      cookie = pair.endsWith('=') ? '' : pair
    }
    const text = await response.text()
    const answer = { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) }
    if (typeof answer.body.csrfToken === 'string') csrfToken = answer.body.csrfToken
    return answer
  }
  return {
    call,
    signIn: (username, secret) => call('POST', '/session', { username, password: secret }),
    signInAsAdministrator: async () => {
      const link = new URL(await server.createAdminLink())
      return call('POST', '/session', { token: new URLSearchParams(link.hash.slice(1)).get('token') })
    },
    signOut: () => call('DELETE', '/session'),
    get cookie() {
      return cookie
    },
    get credentials() {
      return credentials()
    },
  }
}
