/** The state of a run of a script, in words and looks. */
import type { Execution, ExecutionState } from '@braid/contract/execution.ts'
import type { ChipState } from '../frame/state-chip.tsx'

type Look = { readonly state: ChipState; readonly label: string }

const looks = {
  QUEUED: { state: 'queued', label: 'Queued' },
  RUNNING: { state: 'running', label: 'Running' },
  COMPLETED: { state: 'completed', label: 'Completed' },
  TIMED_OUT: { state: 'failed', label: 'Timed out' },
  OUT_OF_MEMORY: { state: 'failed', label: 'Out of memory' },
  CANCELED: { state: 'canceled', label: 'Canceled' },
  FAILED: { state: 'failed', label: 'Failed' },
} as const satisfies Record<ExecutionState, Look>

export const stateName = (state: ExecutionState): string => looks[state].label

/** A script that ended by itself with another exit code than 0 did not do what it should. */
export const lookOfExecution = ({ state, exitCode }: Pick<Execution, 'state' | 'exitCode'>): Look =>
  state === 'COMPLETED' && exitCode !== undefined && exitCode !== 0
    ? { state: 'failed', label: `Exit code ${exitCode}` }
    : looks[state]

/** For people who don't see the page: one sentence per state. */
export function sentenceOf({ state, exitCode }: Pick<Execution, 'state' | 'exitCode'>): string {
  if (state === 'QUEUED') return 'The run waits for its turn.'
  if (state === 'RUNNING') return 'The run has started.'
  return `The run is over: ${looks[state].label.toLowerCase()}${exitCode === undefined ? '' : `, exit code ${exitCode}`}.`
}

export const priorityNames = {
  critical: 'Critical',
  high: 'High',
  normal: 'Normal',
  low: 'Low',
  background: 'Background',
} as const satisfies Record<Execution['priority'], string>

/** After "started". */
export const triggerNames = {
  manual: 'by hand',
  api: 'over the API',
  schedule: 'by schedule',
  backfill: 'by backfill',
  retry: 'again',
} as const satisfies Record<Execution['trigger'], string>

export const isolationNames = {
  sandbox: 'Sandbox',
  gvisor: 'gVisor',
  wasm: 'WebAssembly',
  kubernetes: 'Kubernetes',
} as const satisfies Record<NonNullable<Execution['isolation']>, string>

const units = ['bytes', 'KiB', 'MiB', 'GiB'] as const

/** "512 bytes", "3.2 MiB". */
export function sizeText(bytes: number): string {
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const size = bytes / 1024 ** step
  return `${size >= 100 ? Math.round(size) : Number(size.toFixed(1))} ${units[step]}`
}
