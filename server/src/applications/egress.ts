/**
 * The `fetch` of applications.
 * E1 what counts is the address that is connected to: names are looked up once, and what came out is checked;
 * E2 each redirect is a call of its own, and goes without credentials to another origin;
 * E3 an answer is bounded in bytes, as unpacked, and the whole call in time.
 */
import { type LookupAddress, lookup as lookUp } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector, fetch as undiciFetch } from 'undici'
import type { EgressRule } from './egress-rule.ts'

export type EgressLimits = {
  readonly maxBytes: number
  readonly timeoutMs: number
}

export const egressLimits: EgressLimits = { maxBytes: 64 * 1024 * 1024, timeoutMs: 300_000 }

export type EgressOptions = {
  readonly rule: EgressRule
  readonly limits?: EgressLimits
  /** Hears of what was refused. */
  readonly onRefused: (target: { readonly host: string; readonly address: string }) => void
  /** How names are looked up; the host's way unless said. */
  readonly lookup?: typeof lookUp
}

export type Egress = { readonly fetch: typeof fetch; close(): Promise<void> }

const maxRedirects = 5
const connectTimeoutMs = 10_000

export class EgressRefused extends Error {}

export function createEgress({
  rule,
  limits = egressLimits,
  onRefused,
  lookup = lookUp,
}: EgressOptions): Egress {
  const check = (host: string, addresses: readonly string[]): void => {
    if (rule.allowsHost(host)) return
    const refused = addresses.find((address) => !rule.allowsAddress(address))
    if (refused === undefined) return
    onRefused({ host, address: refused })
    throw new EgressRefused(
      `${host} is a private address (${refused}): only public ones are called, unless BRAID_ALLOW_PRIVATE_EGRESS names it`,
    )
  }
  const agent = new Agent({
    connect: checkedConnector(check, lookup),
    bodyTimeout: 60_000,
    // A task may ask for an answer that takes its time; the whole call is bounded.
    headersTimeout: limits.timeoutMs,
    maxResponseSize: limits.maxBytes,
    connections: 32,
  })
  const call = async (input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    const deadline = AbortSignal.timeout(limits.timeoutMs)
    let { url, request } = await requestOf(input, init)
    for (let redirects = 0; ; redirects += 1) {
      checkUrl(url)
      const signal = AbortSignal.any([deadline, ...(request.signal ? [request.signal] : [])])
      const response = await send(url, { ...request, redirect: 'manual', signal }, agent)
      const next = request.redirect === 'manual' ? undefined : redirectOf(url, response)
      if (next === undefined) return bounded(response, url, redirects > 0, limits.maxBytes)
      await response.body?.cancel()
      if (request.redirect === 'error') throw new TypeError(`${url.host} redirects`)
      if (redirects === maxRedirects)
        throw new TypeError(`${url.host} redirects more than ${maxRedirects} times`)
      request = redirected(request, response.status, next.origin !== url.origin)
      url = next
    }
  }
  return { fetch: call, close: () => agent.destroy() }
}

/** Checks after the look-up, right before the connection: there is no second look-up that could say another thing. */
function checkedConnector(
  check: (host: string, addresses: readonly string[]) => void,
  lookup: typeof lookUp,
): buildConnector.connector {
  const checkedLookup: LookupFunction = (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return callback(error, '')
      try {
        check(
          host,
          found.map(({ address }) => address),
        )
      } catch (refusal) {
        return callback(refusal as NodeJS.ErrnoException, '')
      }
      const [first] = found
      if (options.all === true) callback(null, found)
      else callback(null, first?.address ?? '', first?.family)
    })
  }
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup: checkedLookup })
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '')
    // An address is connected to without a look-up.
    if (isIP(host) !== 0) {
      try {
        check(host, [host])
      } catch (refusal) {
        return callback(refusal as Error, null)
      }
    }
    connect(options, callback)
  }
}

type Sent = RequestInit & { readonly signal?: AbortSignal | null }

/** A Request carries what an init would say. */
async function requestOf(
  input: Parameters<typeof fetch>[0],
  init: RequestInit = {},
): Promise<{ url: URL; request: Sent }> {
  if (typeof input === 'string' || input instanceof URL) return { url: new URL(input), request: init }
  const { method, headers, signal, redirect } = input
  const body = input.body === null ? {} : { body: await input.arrayBuffer() }
  return { url: new URL(input.url), request: { method, headers, signal, redirect, ...body, ...init } }
}

function checkUrl(url: URL): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TypeError(`expected an address that begins with https:// or http://, got ${url.protocol}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('expected an address without user and password: they go into a header')
  }
}

async function send(url: URL, init: RequestInit, dispatcher: Agent): Promise<Response> {
  try {
    const sent = { ...init, dispatcher } as Parameters<typeof undiciFetch>[1]
    return (await undiciFetch(url, sent)) as unknown as Response
  } catch (error) {
    // What refused a connection is inside; the outer one says only that fetch failed.
    throw error instanceof TypeError && error.cause instanceof Error ? error.cause : error
  }
}

const redirects = new Set([301, 302, 303, 307, 308])

function redirectOf(from: URL, { status, headers }: Response): URL | undefined {
  const location = headers.get('location')
  if (!redirects.has(status) || location === null) return undefined
  const to = new URL(location, from)
  if (to.hash === '') to.hash = from.hash
  return to
}

/** Headers that say nothing about who asks. */
const harmless = new Set([
  'accept',
  'accept-language',
  'content-type',
  'content-language',
  'range',
  'user-agent',
])

function redirected(request: Sent, status: number, toOther: boolean): Sent {
  const method = (request.method ?? 'GET').toUpperCase()
  const asGet = status === 303 ? method !== 'HEAD' : (status === 301 || status === 302) && method === 'POST'
  if (!asGet && request.body instanceof ReadableStream) {
    throw new TypeError('a redirect asks for the body again, which was a stream')
  }
  const headers = [...new Headers(request.headers)].filter(
    ([name]) => (!toOther || harmless.has(name)) && !(asGet && name.startsWith('content-')),
  )
  const { body, ...rest } = request
  const kept = asGet || body === undefined ? {} : { body }
  return { ...rest, ...kept, headers, method: asGet ? 'GET' : method }
}

/** The same answer, whose body ends with an error where it becomes too large. */
function bounded(response: Response, url: URL, wasRedirected: boolean, maxBytes: number): Response {
  let bytes = 0
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) controller.error(new Error(`expected an answer of at most ${maxBytes} bytes`))
      else controller.enqueue(chunk)
    },
  })
  const { status, statusText, headers, body } = response
  const counted = new Response(body === null ? null : body.pipeThrough(counter), {
    status,
    statusText,
    headers: [...headers],
  })
  Object.defineProperties(counted, { url: { value: url.href }, redirected: { value: wasRedirected } })
  return counted
}
