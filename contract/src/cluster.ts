import { z } from 'zod'
import { empty, json, route } from './route.ts'

export const topology = z.object({
  brokers: z.array(
    z.object({
      nodeId: z.int(),
      host: z.string(),
      port: z.int(),
      version: z.string(),
      partitions: z.array(
        z.object({
          partitionId: z.int(),
          role: z.enum(['leader', 'follower', 'inactive']),
          health: z.enum(['healthy', 'unhealthy', 'dead']),
        }),
      ),
    }),
  ),
  clusterSize: z.int(),
  partitionsCount: z.int(),
  replicationFactor: z.int(),
  gatewayVersion: z.string(),
  lastCompletedChangeId: z.string(),
})

/** The numbers of the home page. Large counts are bounded: 10,000 means "that many or more". */
export const overview = z.object({
  processDefinitions: z.int(),
  activeProcessInstances: z.int(),
  processInstancesWithIncident: z.int(),
  completedProcessInstances: z.int(),
  openUserTasks: z.int(),
  activeIncidents: z.int(),
  /** Resolved ones too. */
  incidentsInLastHour: z.int(),
  openJobs: z.int(),
})
export type Overview = z.output<typeof overview>

const tag = 'Cluster'

export const clusterRoutes = {
  getTopology: route({
    method: 'GET',
    path: '/topology',
    tag,
    summary: 'The nodes that run',
    permission: 'cluster:read',
    surface: 'field',
    response: json(topology),
  }),
  getStatus: route({
    method: 'GET',
    path: '/status',
    tag,
    summary: '204 when the server can do work, 503 when not',
    permission: 'public',
    surface: 'field',
    response: empty,
  }),
  getLicense: route({
    method: 'GET',
    path: '/license',
    tag,
    summary: 'License, in the shape that clients of Camunda 8 expect',
    permission: 'public',
    surface: 'field',
    response: json(
      z.object({ validLicense: z.boolean(), licenseType: z.string(), isCommercial: z.boolean() }),
    ),
  }),
  pinClock: route({
    method: 'PUT',
    path: '/clock',
    tag,
    summary: 'Stop the clock of timers and leases at a time; only with BRAID_CONTROLLED_CLOCK=true',
    permission: 'clock:control',
    surface: 'field',
    /** Milliseconds since 1970. */
    body: z.strictObject({ timestamp: z.int().min(0).max(8_640_000_000_000_000) }),
    response: empty,
  }),
  resetClock: route({
    method: 'POST',
    path: '/clock/reset',
    tag,
    summary: 'Let the clock follow the machine again; only with BRAID_CONTROLLED_CLOCK=true',
    permission: 'clock:control',
    surface: 'field',
    response: empty,
  }),
  getOverview: route({
    method: 'GET',
    path: '/overview',
    tag,
    summary: 'Counts for the home page',
    permission: 'process-instance:read',
    surface: 'braid',
    response: json(overview),
  }),
} as const
