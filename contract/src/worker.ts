/** Who does jobs: nodes of this installation, and programs that take jobs over the API. */
import { z } from 'zod'
import { json, route } from './route.ts'
import { dateTime } from './schema.ts'

export const worker = z.object({
  name: z.string(),
  /** `node`: of this installation. `client`: a program that takes jobs over the API. */
  kind: z.enum(['node', 'client']),
  state: z.enum(['alive', 'silent']),
  /** Of a node: its run mode. */
  mode: z.enum(['ALL', 'API', 'WORKER', 'TEST']).optional(),
  tags: z.array(z.string()),
  jobTypes: z.array(z.string()),
  /** Jobs that it has now. */
  running: z.int(),
  seenAt: dateTime,
})
export type Worker = z.output<typeof worker>

export const workerRoutes = {
  listWorkers: route({
    method: 'GET',
    path: '/workers',
    tag: 'Workers',
    summary: 'List the workers seen lately, with what they can do and have now',
    permission: 'cluster:read',
    surface: 'braid',
    response: json(z.object({ items: z.array(worker) })),
  }),
} as const
