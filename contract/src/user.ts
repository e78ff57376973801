/** People with an account. Shapes as in Camunda 8, with the role beside. */
import { z } from 'zod'
import { role, roles } from './role.ts'
import { empty, json, route } from './route.ts'
import {
  choiceFilter,
  dateTime,
  dateTimeFilter,
  searchRequest,
  searchResponse,
  text,
  textFilter,
} from './schema.ts'

/** Names differ by more than their case. */
export const username = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9_~@.+-]+$/, { error: 'expected letters, digits and _ ~ @ . + - only' })

/** Longer is better than stranger: there is no rule about kinds of characters (NIST SP 800-63B). */
export const password = text(200).min(12)

const name = text(255)
const email = z.email({ error: 'expected an e-mail address' }).max(254)

export const user = z.object({
  username: z.string(),
  name: z.string(),
  email: z.string().optional(),
  role,
  createdAt: dateTime,
  lastSignedInAt: dateTime.optional(),
  /** False: only a one-time link signs this person in. */
  hasPassword: z.boolean(),
})
export type User = z.output<typeof user>

/** Who asks, as Camunda 8 says it. */
export const currentUser = z.object({
  username: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  authorizedComponents: z.array(z.string()),
  tenants: z.array(z.object({ tenantId: z.string(), name: z.string() })),
  groups: z.array(z.string()),
  roles: z.array(z.string()),
  salesPlanType: z.string().nullable(),
  c8Links: z.record(z.string(), z.string()),
  canLogout: z.boolean(),
})
export type CurrentUser = z.output<typeof currentUser>

const userFilter = z.strictObject({
  username: textFilter.optional(),
  name: textFilter.optional(),
  email: textFilter.optional(),
  role: choiceFilter(roles).optional(),
  createdAt: dateTimeFilter.optional(),
})

export const userSearch = searchRequest(userFilter, ['username', 'name', 'email', 'role', 'createdAt'])

const params = z.object({ username })
const tag = 'Users'

export const userRoutes = {
  createUser: route({
    method: 'POST',
    path: '/users',
    tag,
    summary:
      'Make an account: for others, or for oneself where BRAID_REGISTRATION is open (then without role)',
    permission: 'user:create',
    anonymous: 'registration',
    surface: 'field',
    body: z.strictObject({
      username,
      password,
      /** Unless given, the user name. */
      name: name.nullish(),
      email: email.nullish(),
      /** Unless given, `user`. */
      role: role.optional(),
    }),
    response: json(user, 201),
  }),
  getUser: route({
    method: 'GET',
    path: '/users/{username}',
    tag,
    summary: 'Get a user',
    permission: 'user:read',
    surface: 'field',
    params,
    response: json(user),
  }),
  searchUsers: route({
    method: 'POST',
    path: '/users/search',
    tag,
    summary: 'Search users',
    permission: 'user:read',
    surface: 'field',
    body: userSearch.optional(),
    response: json(searchResponse(user)),
  }),
  updateUser: route({
    method: 'PUT',
    path: '/users/{username}',
    tag,
    summary: 'Change a user; what is not given stays. A new password ends all sessions of the user',
    permission: 'user:update',
    surface: 'field',
    params,
    body: z.strictObject({
      name: name.min(1).nullish(),
      /** Empty text: none. */
      email: email.or(z.literal('')).nullish(),
      /** Empty text: it stays. */
      password: password.or(z.literal('')).nullish(),
      role: role.optional(),
    }),
    response: json(user),
  }),
  deleteUser: route({
    method: 'DELETE',
    path: '/users/{username}',
    tag,
    summary: 'Delete a user with sessions and API keys',
    permission: 'user:delete',
    surface: 'field',
    params,
    response: empty,
  }),
  getCurrentUser: route({
    method: 'GET',
    path: '/authentication/me',
    tag,
    summary: 'Who am I, as Camunda 8 says it',
    permission: 'signed-in',
    surface: 'field',
    response: json(currentUser),
  }),
  changePassword: route({
    method: 'PUT',
    path: '/authentication/me/password',
    tag,
    summary: 'Change my password; ends all other sessions of mine',
    permission: 'signed-in',
    surface: 'braid',
    body: z.strictObject({
      /** Not needed by who has none yet. */
      currentPassword: text(200).optional(),
      newPassword: password,
    }),
    response: empty,
  }),
} as const
