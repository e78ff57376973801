import { DEFAULT_TENANT } from '@braid/contract/schema.ts'
import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { refuse } from '../refusal.ts'

export const getCurrentUser = operation({
  id: 'getCurrentUser',
  run: async (_, __, { identity }) => {
    if (identity === undefined) return refuse('UNAUTHENTICATED', 'nobody is signed in')
    const { username, displayName, email = null, role, kind } = identity
    return success({
      username,
      displayName,
      email,
      authorizedComponents: ['*'],
      tenants: [{ tenantId: DEFAULT_TENANT, name: 'Default' }],
      groups: [],
      roles: role === undefined ? [] : [role],
      salesPlanType: null,
      c8Links: {},
      canLogout: kind === 'session',
    })
  },
})
