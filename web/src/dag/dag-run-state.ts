import type { DagRun } from '@braid/contract/dag-run.ts'
import type { ChipState } from '../frame/state-chip.tsx'

const chips = {
  QUEUED: 'queued',
  RUNNING: 'running',
  INCIDENT: 'incident',
  SUSPENDED: 'suspended',
  SUCCEEDED: 'succeeded',
  CANCELED: 'canceled',
} as const satisfies Record<DagRun['state'], ChipState>

export const chipOf = (state: DagRun['state']): ChipState => chips[state]
export const isOver = (state: DagRun['state']): boolean => state === 'SUCCEEDED' || state === 'CANCELED'

export const triggerNames = {
  manual: 'by hand',
  schedule: 'by schedule',
  backfill: 'by backfill',
  rerun: 're-run',
  parent: 'by another run',
} as const satisfies Record<DagRun['trigger'], string>

/** The id of an application's DAG has two parts, as has its address: the server takes no escaped slash. */
export const dagPath = (dagId: string): string =>
  `/dags/${dagId.split('/').map(encodeURIComponent).join('/')}`
