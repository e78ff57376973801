/** What operations ask of the applications of this node. */
import type { Application, ApplicationRecord, recordSearch } from '@braid/contract/application-api.ts'
import type { RoutePermission } from '@braid/contract/route.ts'
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import type { Result } from '@braid/core/base/result.ts'
import type { z } from 'zod'
import type { RecordStore, StoredRecord } from '../../store/record-store.ts'
import type { Page } from '../../store/search/page.ts'
import type { FieldError } from '../validation.ts'

export type RecordRefusal =
  | { readonly kind: 'unknown-model' | 'not-found' | 'conflict'; readonly message: string }
  | { readonly kind: 'invalid'; readonly message: string; readonly errors: readonly FieldError[] }

/** Records as the schemas of the models of one application allow them. */
export type RecordModels = {
  get(model: string, id: string): Promise<Result<StoredRecord, RecordRefusal>>
  /** By id, at most 1,000 after `after`; with `data`, those that hold it. */
  list(
    model: string,
    query: { readonly data?: JsonObject; readonly after?: string; readonly limit?: number },
  ): Promise<Result<readonly StoredRecord[], RecordRefusal>>
  search(model: string, request: RecordSearch): Promise<Result<Page<ApplicationRecord>, RecordRefusal>>
  /** With that id, or a new one. */
  create(
    model: string,
    id: string | undefined,
    data: JsonObject,
  ): Promise<Result<StoredRecord, RecordRefusal>>
  /** With `version`: only the one that was seen. */
  update(
    model: string,
    id: string,
    data: JsonObject,
    version: number | undefined,
  ): Promise<Result<StoredRecord, RecordRefusal>>
  put(model: string, id: string, data: JsonObject): Promise<Result<StoredRecord, RecordRefusal>>
  /** False when there was none. */
  delete(model: string, id: string): Promise<Result<boolean, RecordRefusal>>
}

export type RecordSearch = NonNullable<z.output<typeof recordSearch>>
/** `store` and searches of the same records. */
export type RecordSource = {
  readonly store: RecordStore
  readonly search: (
    kind: { readonly application: string; readonly model: string },
    request: RecordSearch,
  ) => Promise<Page<ApplicationRecord>>
}

export type EndpointRefusal =
  | { readonly kind: 'invalid'; readonly errors: readonly FieldError[] }
  /** Its code threw, gave what its schema does not allow, or took too long; `message` is for the log. */
  | { readonly kind: 'failed'; readonly message: string; readonly place?: string }

export type EndpointCaller = {
  readonly name: string
  readonly signal: AbortSignal
  /** As the same caller. Rejects with what was refused. */
  callEndpoint(application: string, path: string, input: JsonValue): Promise<JsonValue>
}

export type HostedEndpoint = {
  readonly permission: RoutePermission
  call(input: unknown, caller: EndpointCaller): Promise<Result<JsonValue, EndpointRefusal>>
}

export type Applications = {
  list(): readonly Application[]
  get(name: string): Application | undefined
  /** Undefined when there is no such application, or it never could be loaded. */
  records(application: string): RecordModels | undefined
  endpoint(application: string, method: 'GET' | 'POST', path: string): HostedEndpoint | undefined
}
