/**
 * The typed client of the API, made from the route table: `client.getProcessInstance({ params: { … } })`. Works in
 * browsers (session cookie and CSRF token) and in programs (API key).
 */
import './without-eval.ts'
import type { Problem } from './problem.ts'
import type { Route, RouteInput, RouteOutput } from './route.ts'
import { type OperationId, type Routes, routes } from './routes.ts'

/** A refusal of the server; `problem` says what was expected. */
export class ApiError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail || problem.title)
    this.name = 'ApiError'
    this.problem = problem
  }
}

type Arguments<R extends Route> =
  Record<string, never> extends RouteInput<R>
    ? [input?: RouteInput<R> & CallOptions]
    : [input: RouteInput<R> & CallOptions]

export type CallOptions = { readonly signal?: AbortSignal }

export type Client = {
  readonly [Id in OperationId]: (...input: Arguments<Routes[Id]>) => Promise<RouteOutput<Routes[Id]>>
}

export type ClientOptions = {
  /** Mount point of the API, without a slash at the end, such as `/api/v1` or `http://localhost:8080/api/v1`. */
  readonly baseUrl: string
  /** The token of the session (`getSession().csrfToken`), read at each call. */
  readonly csrfToken?: () => string | undefined
  readonly apiKey?: string
  readonly fetch?: typeof fetch
}

type LooseInput = {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly signal?: AbortSignal
}

export function createClient(options: ClientOptions): Client {
  const operations = Object.entries<Route>(routes).map(([id, route]) => [
    id,
    (input: LooseInput = {}) => call(options, route, input),
  ])
  return Object.fromEntries(operations) as Client
}

/** The address of an operation, for links and for `EventSource`. */
export function operationUrl<Id extends OperationId>(
  baseUrl: string,
  id: Id,
  input: Omit<RouteInput<Routes[Id]>, 'body'>,
): string {
  return urlOf(baseUrl, routes[id], input)
}

function urlOf(baseUrl: string, route: Route, input: LooseInput): string {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(input.params?.[name])),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined) query.set(name, String(value))
  }
  return `${baseUrl}${path}${query.size === 0 ? '' : `?${query}`}`
}

async function call(options: ClientOptions, route: Route, input: LooseInput): Promise<unknown> {
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json' }
  if (options.apiKey !== undefined) headers.authorization = `Bearer ${options.apiKey}`
  const csrfToken = options.csrfToken?.()
  if (csrfToken !== undefined && route.method !== 'GET') headers['x-csrf-token'] = csrfToken
  const request: RequestInit = { method: route.method, headers, credentials: 'same-origin' }
  if (input.signal !== undefined) request.signal = input.signal
  if (input.body !== undefined) {
    if (route.bodyKind === 'multipart') request.body = multipart(input.body as MultipartBody)
    else {
      headers['content-type'] = 'application/json'
      request.body = JSON.stringify(input.body)
    }
  }
  const send = options.fetch ?? fetch
  const response = await send(urlOf(options.baseUrl, route, input), request)
  if (!response.ok) throw new ApiError(await readProblem(response))
  if (response.status === 204 || route.response.kind === 'empty') return undefined
  return route.response.kind === 'json' ? await response.json() : await response.text()
}

type MultipartBody = { readonly resources: readonly { readonly name: string; readonly content: string }[] }

function multipart(body: MultipartBody): FormData {
  const form = new FormData()
  for (const { name, content } of body.resources) form.append('resources', new Blob([content]), name)
  return form
}

async function readProblem(response: Response): Promise<Problem> {
  const text = await response.text()
  if (response.headers.get('content-type')?.startsWith('application/problem+json'))
    return JSON.parse(text) as Problem
  // A proxy in between answered, not Braid.
  return {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    code: response.status === 503 ? 'RESOURCE_EXHAUSTED' : 'INTERNAL_ERROR',
    detail: `the server answered ${response.status} ${response.statusText}`,
    instance: URL.parse(response.url)?.pathname ?? '',
  }
}
