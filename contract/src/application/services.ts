/** What the server gives to tasks and endpoints of an application. */
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'

export type RecordOf<Data = JsonObject> = {
  readonly id: string
  readonly data: Data
  /** Raised by each change. */
  readonly version: number
}

/** Records of the application's own models. */
export type Records = {
  get(model: string, id: string): Promise<RecordOf | undefined>
  /** By id, at most 1,000 after `after`. */
  list(
    model: string,
    query?: { readonly data?: JsonObject; readonly after?: string; readonly limit?: number },
  ): Promise<readonly RecordOf[]>
  /** Creates or replaces. With `version`: only the one that was seen; otherwise throws. */
  put(model: string, id: string, data: JsonObject, version?: number): Promise<RecordOf>
  delete(model: string, id: string): Promise<boolean>
}

/** A PostgreSQL schema of the application's own; nothing of others is in reach. */
export type Sql = {
  /** One statement in a transaction of its own. Values travel apart from the text. */
  query<Row = Readonly<Record<string, unknown>>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<readonly Row[]>
  /** Whether the server can have this extension, made available when it can. */
  hasExtension(name: string): Promise<boolean>
}

export type Services = {
  /** As the application's settings schema gives them. */
  readonly settings: Readonly<Record<string, JsonValue | undefined>>
  /** A setting whose value names a secret; never put it into a log or a result. */
  secret(name: string): string | undefined
  readonly records: Records
  readonly sql: Sql
  /** Outgoing calls; private addresses are refused unless the operator allowed them. */
  readonly fetch: typeof fetch
  /** Milliseconds since 1970, by the clock that runs see. */
  now(): number
}
