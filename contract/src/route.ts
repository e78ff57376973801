/** A route as data: validation, the OpenAPI document, the server's table and the typed client derive from it. */
import type { z } from 'zod'
import type { Permission } from './permission.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `public` needs no identity, `signed-in` any identity; everything else a grant of that permission. */
export type RoutePermission = Permission | 'public' | 'signed-in'

export type RouteResponse =
  | { readonly kind: 'json'; readonly status: number; readonly schema: z.ZodType }
  | { readonly kind: 'empty'; readonly status: number }
  | { readonly kind: 'text'; readonly status: number; readonly contentType: string }
  /** Server-sent events, or one JSON document per line. */
  | {
      readonly kind: 'stream'
      readonly status: number
      readonly contentType: string
      readonly frame: z.ZodType
    }

export type Route = {
  readonly method: Method
  /** Below the mount point, parameters in braces. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly permission: RoutePermission
  /** Open to nobody in particular as well, where the server lets people register (BRAID_REGISTRATION). */
  readonly anonymous?: 'registration'
  /** `field`: also under `/v2`, for clients of Camunda 8; `braid`: only under `/api/v1`. */
  readonly surface: 'field' | 'braid'
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** How the body travels; JSON unless said. */
  readonly bodyKind?: 'json' | 'multipart'
  /** The status of success and what comes with it. */
  readonly response: RouteResponse
}

/** Keeps the exact type of a route, which the client is inferred from. */
export const route = <const R extends Route>(definition: R): R => definition

export const json = <S extends z.ZodType>(schema: S, status = 200) =>
  ({ kind: 'json', status, schema }) as const
export const empty = { kind: 'empty', status: 204 } as const

/** What a caller gives for a route. */
export type RouteInput<R extends Route> = Part<R, 'params'> & Part<R, 'query'> & BodyPart<R>
type Part<R extends Route, P extends 'params' | 'query'> = R[P] extends z.ZodType
  ? Record<string, never> extends z.input<R[P]>
    ? { readonly [K in P]?: z.input<R[P]> }
    : { readonly [K in P]: z.input<R[P]> }
  : unknown
type BodyPart<R extends Route> = R['body'] extends z.ZodType
  ? undefined extends z.input<R['body']>
    ? { readonly body?: z.input<R['body']> }
    : { readonly body: z.input<R['body']> }
  : unknown

/** What an operation gets after validation. */
export type RouteRequest<R extends Route> = {
  readonly params: R['params'] extends z.ZodType ? z.output<R['params']> : undefined
  readonly query: R['query'] extends z.ZodType ? z.output<R['query']> : undefined
  readonly body: R['body'] extends z.ZodType ? z.output<R['body']> : undefined
}

/** What a route answers. */
export type RouteOutput<R extends Route> = R['response'] extends {
  readonly kind: 'json'
  readonly schema: infer S
}
  ? S extends z.ZodType
    ? z.output<S>
    : never
  : R['response'] extends { readonly kind: 'text' }
    ? string
    : undefined
