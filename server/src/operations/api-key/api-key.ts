import type { ApiKey } from '@braid/contract/access.ts'
import { grant } from '@braid/contract/permission.ts'
import type { StoredApiKey } from '../../store/access.ts'

const iso = (instant: number): string => new Date(instant).toISOString()

export const apiKeyOf = (key: StoredApiKey): ApiKey => ({
  apiKeyId: key.id,
  name: key.name,
  grants: key.grants.flatMap((name) => grant.safeParse(name).data ?? []),
  createdAt: iso(key.createdAt),
  createdBy: key.createdBy,
  ...(key.expiresAt === undefined ? {} : { expiresAt: iso(key.expiresAt) }),
  ...(key.lastUsedAt === undefined ? {} : { lastUsedAt: iso(key.lastUsedAt) }),
})
