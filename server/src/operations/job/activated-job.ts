import { type ActivatedJob, kindOf } from '@braid/contract/job.ts'
import { DEFAULT_TENANT } from '@braid/contract/schema.ts'
import { formatKey } from '@braid/core/base/key.ts'
import type { ActivatedJob as ExecutionJob } from '../../execution/execution.ts'

/** A job as workers get it. */
export const activatedJobOf = (job: ExecutionJob): ActivatedJob => ({
  jobKey: formatKey(job.key),
  type: job.jobType,
  processInstanceKey: formatKey(job.instanceKey),
  processDefinitionKey: formatKey(job.definitionKey),
  processDefinitionId: job.processId,
  processDefinitionVersion: job.definitionVersion,
  elementId: job.element,
  elementInstanceKey: formatKey(job.elementInstanceKey),
  customHeaders: { ...job.headers },
  worker: job.worker,
  retries: job.retries,
  priority: job.priority,
  attempt: job.attempt,
  deadline: job.leaseUntil,
  variables: job.variables,
  tenantId: DEFAULT_TENANT,
  ...kindOf(job.listener?.on),
  ...(job.itemsTaken === undefined ? {} : { itemsTaken: job.itemsTaken }),
})
