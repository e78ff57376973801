/** Every permission that a role or API key can grant, as `<resource>:<verb>`. `*` grants all of them. */
import { z } from 'zod'

export const permissions = [
  'deployment:create',
  'resource:delete',
  'process-definition:read',
  'decision-definition:read',
  'decision-definition:evaluate',
  'decision-instance:read',
  'process-instance:create',
  'process-instance:read',
  'process-instance:cancel',
  'process-instance:suspend',
  'process-instance:modify',
  'process-instance:migrate',
  'process-instance:delete',
  'batch-operation:read',
  'batch-operation:update',
  'job:work',
  'job:read',
  'job:update',
  'dag:read',
  'dag-run:create',
  'dag-run:read',
  'dag-run:cancel',
  'schedule:read',
  'schedule:update',
  'application:read',
  'application:use',
  'record:read',
  'record:update',
  'message:publish',
  'signal:broadcast',
  'user-task:read',
  'user-task:assign',
  'user-task:update',
  'user-task:complete',
  'incident:read',
  'incident:resolve',
  'variable:read',
  'variable:update',
  'cluster:read',
  'clock:control',
  'api-key:read',
  'api-key:create',
  'api-key:revoke',
  'user:read',
  'user:create',
  'user:update',
  'user:delete',
  'script:read',
  'script:create',
  'script:update',
  'script:delete',
] as const

export type Permission = (typeof permissions)[number]

/** What an identity may do. */
export type Grant = Permission | '*'

export const grant = z.enum([...permissions, '*'])
