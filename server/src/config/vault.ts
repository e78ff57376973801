/**
 * HashiCorp Vault, secrets engine KV version 2: `GET /v1/<mount>/data/<path>` with `X-Vault-Token` gives all fields of
 * one secret, which is asked for once.
 */
import { z } from 'zod'
import { SecretError, type SecretSource } from './secret.ts'

const timeoutMs = 10_000
const maxAnswerBytes = 1_000_000

const answerSchema = z.object({ data: z.object({ data: z.record(z.string(), z.unknown()) }) })

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** `address`: `https://<host>[:<port>]/<mount>/<path>`; without TLS on this machine only. */
export function createVaultSource(address: string, token: () => Promise<string>): SecretSource {
  let fields: Promise<Readonly<Record<string, unknown>>> | undefined
  return async (name) => {
    fields ??= readFields(urlOf(address), await token())
    const value = (await fields)[name]
    if (typeof value === 'string') return value
    throw new SecretError(`Vault has no text ${name} at ${address}`)
  }
}

function urlOf(address: string): URL {
  if (!URL.canParse(address)) throw new SecretError('the address of Vault is malformed')
  const url = new URL(address)
  if (url.protocol !== 'https:' && !loopback.test(url.hostname))
    throw new SecretError('Vault is only asked over https')
  if (url.username !== '' || url.search !== '' || url.hash !== '')
    throw new SecretError('the address of Vault is malformed: expected https://<host>/<mount>/<path>')
  const [mount = '', ...path] = url.pathname.split('/').filter((part) => part !== '')
  if (path.length === 0)
    throw new SecretError('the address of Vault names no secret: expected https://<host>/<mount>/<path>')
  url.pathname = ['/v1', mount, 'data', ...path].join('/')
  return url
}

async function readFields(url: URL, token: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await ask(url, token)
  const text = await textOf(response)
  if (response.status !== 200) throw new SecretError(`Vault answered ${response.status} at ${url.href}`)
  try {
    return answerSchema.parse(JSON.parse(text)).data.data
  } catch {
    // What it answered may hold secrets: it is told by its shape alone.
    throw new SecretError(`${url.href} did not answer like the secrets engine KV version 2 of Vault`)
  }
}

async function ask(url: URL, token: string): Promise<Response> {
  try {
    return await fetch(url, {
      headers: { 'x-vault-token': token, 'x-vault-request': 'true' },
      // The token must not travel to where somebody else points.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer'
    throw new SecretError(`Vault can't be reached at ${url.href} (${code})`)
  }
}

async function textOf(response: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > maxAnswerBytes) throw new SecretError('Vault answered more than a secret can be')
  }
  return text
}
