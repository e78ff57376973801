import { success } from '@braid/core/base/result.ts'
import type { ListedSession } from '../../store/access.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'

const iso = (instant: number): string => new Date(instant).toISOString()

export const listSessions = operation({
  id: 'listSessions',
  run: async ({ access, now }, _, { identity }) => {
    if (identity?.kind !== 'session') return refuse('FORBIDDEN', 'an API key has no sessions')
    const sessions = await access.listSessions(identity.userId, now())
    return success({ items: sessions.map((session) => openSessionOf(session, identity.sessionId)) })
  },
})

const openSessionOf = (
  { sessionId, createdAt, expiresAt, userAgent, address }: ListedSession,
  current?: string,
) => ({
  sessionId,
  current: sessionId === current,
  createdAt: iso(createdAt),
  expiresAt: iso(expiresAt),
  ...(userAgent == null ? {} : { userAgent }),
  ...(address == null ? {} : { address }),
})
