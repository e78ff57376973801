/** What people may do: each has one role, and this table says which permissions it stands for. */
import { z } from 'zod'
import { type Grant, type Permission, permissions } from './permission.ts'

export const roles = ['administrator', 'operator', 'developer', 'user'] as const
export type Role = (typeof roles)[number]
export const role = z.enum(roles)

/** Does tasks, starts processes and DAGs that are there, and sees how they go. */
const user = [
  'process-definition:read',
  'process-instance:create',
  'process-instance:read',
  'user-task:read',
  'user-task:assign',
  'user-task:complete',
  'incident:read',
  'variable:read',
  'decision-definition:read',
  'dag:read',
  'dag-run:create',
  'dag-run:read',
  'application:read',
  'application:use',
  'record:read',
  'cluster:read',
  'script:read',
  'execution:read',
] as const satisfies readonly Permission[]

/** Whom else there is, which keys they made and what they may send, only administrators see. */
const administrative = [
  'user:read',
  'api-key:read',
  'rate-limit:read',
] as const satisfies readonly Permission[]

const reads = permissions.filter(
  (permission) => permission.endsWith(':read') && !administrative.some((other) => other === permission),
)

/** Keeps processes running: repairs, moves, stops and removes runs. */
const operator = [
  ...user,
  ...reads,
  'process-instance:cancel',
  'process-instance:suspend',
  'process-instance:modify',
  'process-instance:migrate',
  'process-instance:delete',
  'batch-operation:update',
  'dag-run:cancel',
  'schedule:update',
  'record:update',
  'execution:read-all',
  'execution:prioritize',
  'job:update',
  'message:publish',
  'signal:broadcast',
  'user-task:update',
  'incident:resolve',
  'variable:update',
] as const satisfies readonly Permission[]

/** Makes what runs. Deploying is code that runs here, and so are scripts: both are of this role. */
const developer = [
  ...user,
  ...reads,
  'deployment:create',
  'resource:delete',
  'decision-definition:evaluate',
  'process-instance:cancel',
  'dag-run:cancel',
  'schedule:update',
  'record:update',
  'job:work',
  'job:update',
  'message:publish',
  'signal:broadcast',
  'incident:resolve',
  'variable:update',
  'script:create',
  'script:update',
  'script:delete',
  'execution:create',
] as const satisfies readonly Permission[]

const table = { administrator: ['*'], operator, developer, user } as const satisfies Readonly<
  Record<Role, readonly Grant[]>
>

const grantsByRole = new Map(
  roles.map((name): readonly [Role, ReadonlySet<Grant>] => [name, new Set<Grant>(table[name])]),
)

export const grantsOf = (name: Role): ReadonlySet<Grant> => grantsByRole.get(name) ?? new Set()
