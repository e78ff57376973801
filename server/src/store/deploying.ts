import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from './database.ts'

/** A deployment while it is being stored, inside its transaction. */
export type Deploying = { readonly database: Database; readonly key: Key; readonly at: Instant }
