/** Records and their refusals in the words of the API. */
import type { ApplicationRecord } from '@braid/contract/application-api.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { StoredRecord } from '../../store/record-store.ts'
import type { Context } from '../operation.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { RecordModels, RecordRefusal } from './port.ts'

export function recordsOf(
  { applications }: Pick<Context, 'applications'>,
  application: string,
): Result<RecordModels, Refusal> {
  const records = applications.records(application)
  return records === undefined
    ? refuse('NOT_FOUND', `there is no application ${application} that works`)
    : success(records)
}

export const recordAnswer = (model: string, record: StoredRecord): ApplicationRecord => ({
  id: record.id,
  model,
  label: record.label,
  data: record.data,
  createdAt: new Date(record.createdAt).toISOString(),
  updatedAt: new Date(record.updatedAt).toISOString(),
  version: record.version,
})

export function refuseRecord(refusal: RecordRefusal): Result<never, Refusal> {
  switch (refusal.kind) {
    case 'unknown-model':
    case 'not-found':
      return refuse('NOT_FOUND', refusal.message)
    case 'conflict':
      return refuse('INVALID_STATE', refusal.message)
    case 'invalid': {
      const errors = refusal.errors.map(({ path, message }) => ({ path: `body.${path}`, message }))
      return refuse('INVALID_REQUEST', `body.${refusal.message}`, { errors })
    }
  }
}
