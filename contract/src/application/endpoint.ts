/** HTTP endpoints of an application, at `/api/v1/applications/<application>/endpoints/<path>`. */
import type { JsonValue } from '@braid/core/base/json.ts'
import type { z } from 'zod'
import type { RoutePermission } from '../route.ts'
import type { Services } from './services.ts'

export type EndpointContext = Services & {
  readonly caller: { readonly name: string }
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal
  /** Starts a run of one of the application's DAGs; its key. */
  startRun(dag: string, input: Readonly<Record<string, unknown>>): Promise<string>
  /**
   * What an endpoint (`POST`) of another application answers, called as the same caller, who needs its permission.
   * Throws when it refuses or fails.
   */
  callEndpoint(application: string, path: string, input: JsonValue): Promise<JsonValue>
}

export type Endpoint<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> = {
  /** Input comes from the query with GET, else from the body. */
  readonly method: 'GET' | 'POST'
  /** Letters, digits, `-`; no slash. */
  readonly path: string
  readonly summary: string
  /** `application:use` unless said. */
  readonly permission?: Exclude<RoutePermission, 'public'>
  readonly input: Input
  readonly output: Output
  handle(input: z.output<Input>, context: EndpointContext): Promise<z.input<Output>>
}

export const endpoint = <Input extends z.ZodType, Output extends z.ZodType>(
  definition: Endpoint<Input, Output>,
): Endpoint<Input, Output> => definition
