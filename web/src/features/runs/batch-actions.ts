/** What can be done to many runs at once, in the words of its buttons. */
import type { BatchOperationType } from '@braid/contract/batch-operation.ts'
import { api } from '../../api/client.ts'
import type { InstanceFilter } from '../../api/queries.ts'

export type BatchAction = {
  readonly label: string
  /** Of the question, before "12 runs?". */
  readonly verb: string
  readonly means: string
  readonly start: (filter: InstanceFilter) => Promise<{ readonly batchOperationKey: string }>
  readonly destroys?: true
}

export const batchActions: readonly BatchAction[] = [
  {
    label: 'Suspend',
    verb: 'Suspend',
    means: 'Those that run stand still until somebody resumes them; nothing is lost.',
    start: (filter) => api.suspendProcessInstances({ body: { filter } }),
  },
  {
    label: 'Resume',
    verb: 'Resume',
    means: 'Those that are suspended go on with what they missed.',
    start: (filter) => api.resumeProcessInstances({ body: { filter } }),
  },
  {
    label: 'Resolve incidents',
    verb: 'Resolve the incidents of',
    means: 'Every open incident is tried again; its job gets one more try.',
    start: (filter) => api.resolveIncidents({ body: { filter } }),
  },
  {
    label: 'Cancel',
    verb: 'Cancel',
    means: 'Everything in those that run is terminated, called processes too. This can’t be undone.',
    start: (filter) => api.cancelProcessInstances({ body: { filter } }),
    destroys: true,
  },
  {
    label: 'Delete',
    verb: 'Delete',
    means:
      'Those that have ended are deleted with everything that is stored of them; running ones stay. This can’t be undone.',
    start: (filter) => api.deleteProcessInstances({ body: { filter } }),
    destroys: true,
  },
]

/** What a batch operation does, for lists of them. */
export const batchTitles: Record<BatchOperationType, string> = {
  CANCEL_PROCESS_INSTANCE: 'Cancel runs',
  RESOLVE_INCIDENT: 'Resolve incidents',
  MIGRATE_PROCESS_INSTANCE: 'Migrate runs',
  MODIFY_PROCESS_INSTANCE: 'Move tokens',
  SUSPEND_PROCESS_INSTANCE: 'Suspend runs',
  RESUME_PROCESS_INSTANCE: 'Resume runs',
  DELETE_PROCESS_INSTANCE: 'Delete runs',
  UPDATE_JOB_RETRIES: 'Give jobs retries',
}
