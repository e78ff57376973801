/** An API server over fakes: for what happens before an operation reaches the store or the engine. */

import type { Key } from '@braid/core/base/key.ts'
import { failure, success } from '@braid/core/base/result.ts'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { type ApiDependencies, createApiServer } from '../../server/src/api/server.ts'
import type { Reads } from '../../server/src/operations/dependencies.ts'
import { createSignInToken } from '../../server/src/operations/session/create-link.ts'
import type { AccessStore, AuditEntry, OwnedApiKey, StoredSession } from '../../server/src/store/access.ts'
import type { Page } from '../../server/src/store/search/page.ts'
import { createRunFold } from '../../server/src/store/search/run-fold.ts'
import type { UserStore } from '../../server/src/store/user-store.ts'

export const adminKey = 'braid_administrators-test-key'
export const asAdmin = { authorization: `Bearer ${adminKey}` } as const

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

export type FakeAccess = AccessStore & { readonly audited: AuditEntry[] }

const administrator = {
  userId: '1',
  username: 'admin',
  displayName: 'Administrator',
  role: 'administrator',
} as const

/** The administrator, who has no password. */
const fakeUsers: UserStore = {
  find: async (username) => (username === administrator.username ? administrator : undefined),
  create: async (user) => ({ ...administrator, username: user.username }),
  update: async () => administrator,
  renewPasswordHash: async () => undefined,
  delete: async () => false,
}

/** Nothing is limited. */
const fakeRateLimits: Pick<ApiDependencies, 'rateLimits' | 'rateLimitStore'> = {
  rateLimits: {
    active: false,
    take: () => undefined,
    usage: async () => ({ items: [], override: undefined, scope: 'node' }),
    scope: () => 'node',
    changed: async () => undefined,
  },
  rateLimitStore: {
    version: async () => 0,
    load: async () => ({ version: 0, resetVersion: 0, resets: [], rateLimits: [], overrides: [] }),
    create: async () => 'full',
    replace: async () => undefined,
    delete: async () => false,
    setOverride: async () => undefined,
    deleteOverride: async () => false,
    reset: async () => undefined,
  },
}

export function createFakeAccess(): FakeAccess {
  const links = new Map<string, number>()
  const sessions = new Map<string, StoredSession>()
  const keys = new Map<string, OwnedApiKey>()
  const audited: AuditEntry[] = []
  return {
    audited,
    createSignInLink: async ({ tokenHash, expiresAt }) => links.set(hex(tokenHash), expiresAt).size > 0,
    redeemSignInLink: async (tokenHash, now) => {
      const until = links.get(hex(tokenHash))
      links.delete(hex(tokenHash))
      return until === undefined || until <= now ? undefined : administrator.userId
    },
    openSession: async (_, { sessionHash, now, expiresAt }) => {
      const session = { ...administrator, sessionId: String(sessions.size + 1), createdAt: now, expiresAt }
      sessions.set(hex(sessionHash), session)
      return session
    },
    listSessions: async () => [...sessions.values()],
    revokeSession: async (_, sessionId) => {
      const found = [...sessions].find(([, session]) => session.sessionId === sessionId)
      return found !== undefined && sessions.delete(found[0])
    },
    findSession: async (hash, now) => {
      const session = sessions.get(hex(hash))
      return session !== undefined && session.expiresAt > now ? session : undefined
    },
    extendSession: async (hash, expiresAt) => {
      const session = sessions.get(hex(hash))
      if (session !== undefined) sessions.set(hex(hash), { ...session, expiresAt })
    },
    deleteSession: async (hash) => {
      sessions.delete(hex(hash))
    },
    createApiKey: async ({ name, secretHash, grants, now, createdBy, userId }) => {
      const owner = { userId, role: administrator.role }
      const key = { id: String(keys.size + 1), name, grants, createdAt: now, createdBy, ...owner }
      keys.set(hex(secretHash), key)
      return key
    },
    findApiKey: async (hash) => keys.get(hex(hash)),
    listApiKeys: async () => [...keys.values()],
    revokeApiKey: async (id) => {
      const found = [...keys].find(([, key]) => key.id === id)
      return found !== undefined && keys.delete(found[0])
    },
    appendAudit: async (entries) => {
      audited.push(...entries)
    },
  }
}

const nothing = async () => undefined
const emptyPage = async (): Promise<Page<never>> => ({
  items: [],
  page: { totalItems: 0, hasMoreTotalItems: false },
})

export const emptyReads: Reads = {
  search: {
    processDefinitions: emptyPage,
    decisionDefinitions: emptyPage,
    decisionRequirements: emptyPage,
    decisionInstances: emptyPage,
    processInstances: emptyPage,
    elementInstances: emptyPage,
    dags: emptyPage,
    dagRuns: emptyPage,
    jobs: emptyPage,
    userTasks: emptyPage,
    incidents: emptyPage,
    users: emptyPage,
    scripts: emptyPage,
    executions: emptyPage,
    batchOperations: emptyPage,
    batchOperationItems: emptyPage,
    variables: emptyPage,
    schedules: emptyPage,
  },
  getProcessDefinition: nothing,
  getStartableDefinition: nothing,
  getProcessDefinitionXml: nothing,
  getProcessInstance: nothing,
  getDag: nothing,
  getDagRun: nothing,
  viewRun: async (_, now) => ({
    fold: createRunFold(),
    jobs: new Map(),
    reported: new Map(),
    holder: undefined,
    now,
  }),
  getAttempts: async () => [],
  readOutput: async () => ({ entries: [], more: false }),
  getElementInstance: nothing,
  getElementStatistics: async () => [],
  getTakenFlows: async () => [],
  getCallHierarchy: async () => [],
  countElements: async () => [],
  countInstances: async () => ({
    total: 0,
    active: 0,
    suspended: 0,
    completed: 0,
    terminated: 0,
    withIncident: 0,
    errorRate: 0,
  }),
  getUserTask: nothing,
  getBatchOperation: nothing,
  getIncident: nothing,
  getVariable: nothing,
  getDecisionDefinition: nothing,
  getDecisionRequirements: nothing,
  getDecisionXml: nothing,
  getRequirementsXml: nothing,
  getDecisionInstance: nothing,
  getForm: nothing,
  getStartForm: nothing,
  getUser: nothing,
  getSchedule: nothing,
  getScript: nothing,
  getScriptVersion: nothing,
  getScriptVersions: async () => [],
  getExecution: nothing,
  getExecutionQueue: async () => ({ running: 0, queued: 0, byPriority: [], items: [] }),
  getOverview: async () => ({
    processDefinitions: 0,
    activeProcessInstances: 0,
    processInstancesWithIncident: 0,
    completedProcessInstances: 0,
    openUserTasks: 0,
    activeIncidents: 0,
    incidentsInLastHour: 0,
    openJobs: 0,
  }),
}

export const aKey = (value: number): Key => value as Key

export const idleExecution: ApiDependencies['execution'] = {
  submit: async () => success({ version: 1 }),
  createInstance: async () => success({ instanceKey: aKey(7) }),
  awaitEnd: nothing,
  publishMessage: async () => success({ messageKey: aKey(8) }),
  correlateMessage: async () => success({ messageKey: aKey(8), instanceKey: aKey(7) }),
  broadcastSignal: async () => ({ signalKey: aKey(9) }),
  activateJobs: async () => [],
  jobOwner: nothing,
  variablesAt: nothing,
  definitionsChanged: () => undefined,
  onDefinitions: () => undefined,
  program: nothing,
  batchesChanged: () => undefined,
  report: () => undefined,
  reportFor: () => undefined,
  onOutput: () => () => undefined,
  onJobsCanceled: () => undefined,
  livingJobs: async () => new Set(),
  nextKey: async () => aKey(10),
  onCommit: () => () => undefined,
  now: () => 0,
  clockMoved: () => undefined,
}

const noApplications: ApiDependencies['applications'] = {
  list: () => [],
  get: () => undefined,
  records: () => undefined,
  endpoint: () => undefined,
}

const noScriptRuns: ApiDependencies['scriptRuns'] = {
  start: async () => success({ key: aKey(11), state: 'QUEUED' }),
  cancel: nothing,
  offers: async () => [],
  bounds: { atOnce: 1, atOncePerUser: 1 },
}

const noSchedules: ApiDependencies['schedules'] = {
  findSchedule: nothing,
  createSchedule: async () => 'created',
  changeSchedule: async () => 'not-found',
  deleteSchedule: async () => false,
  timesWithoutRun: async () => [],
  addBackfill: async () => 0,
  changed: () => undefined,
}

export type FakeServer = {
  readonly app: FastifyInstance
  readonly access: FakeAccess
  /** A signed-in browser: its cookie, and the headers that its pages send with changes. */
  signIn(): Promise<{ readonly cookie: string; readonly csrfToken: string }>
}

export async function createFakeServer(overrides: Partial<ApiDependencies> = {}): Promise<FakeServer> {
  const access = createFakeAccess()
  const now = () => Date.parse('2026-01-01T00:00:00Z')
  const app = await createApiServer({
    execution: idleExecution,
    scriptRuns: noScriptRuns,
    reads: emptyReads,
    history: async () => [],
    extendLeases: async () => [],
    touchJobs: async () => [],
    dagRuns: {
      start: async () => failure({ kind: 'not-found' }),
      cancel: async () => success(undefined),
    },
    findDefinition: nothing,
    schedules: noSchedules,
    applications: noApplications,
    nodes: async () => [],
    workers: { begin: () => () => undefined, list: async () => [] },
    isReady: async () => true,
    deploy: async () => ({ deploymentKey: aKey(1), processes: [], forms: [], decisions: [] }),
    createBatch: async () => 0,
    controlBatch: async () => false,
    conditionalDefinitions: async () => [],
    deleteResource: async () => ({ kind: 'not-found' }),
    deleteInstance: async () => ({ kind: 'not-found' }),
    compile: async () => success({ programs: [], warnings: [] }),
    compileDecisions: async () => success({ model: { format: 1, files: [] }, warnings: [] }),
    compileDag: async () => failure([]),
    decisions: {
      find: nothing,
      evaluate: async () => ({ evaluationKey: aKey(1), output: null, evaluated: [] }),
    },
    access,
    users: fakeUsers,
    scripts: {
      create: async () => true,
      update: async () => 'not-found',
      findOwner: nothing,
      delete: async () => false,
    },
    ...fakeRateLimits,
    now,
    config: {
      host: '127.0.0.1',
      port: 8080,
      adminApiKey: adminKey,
      registration: 'closed',
      trustedProxies: [],
    },
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    ...overrides,
  })
  await app.ready()
  return {
    app,
    access,
    async signIn() {
      const token = await createSignInToken(access, now())
      const response = await app.inject({ method: 'POST', url: '/api/v1/session', payload: { token } })
      const { value = '' } = response.cookies.find(({ name }) => name === 'braid_session') ?? {}
      return { cookie: `braid_session=${value}`, csrfToken: response.json<{ csrfToken: string }>().csrfToken }
    },
  }
}
