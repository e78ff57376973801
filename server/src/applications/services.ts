/** Puts together what an application is given. */
import type { Services, Sql } from '@braid/contract/application/services.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { RecordSource } from '../operations/application/port.ts'
import type { ApplicationSchemas } from '../store/application-schema.ts'
import type { CheckedApplication } from './check-application.ts'
import { createRecordModels, recordsService } from './record-models.ts'
import type { ApplicationSettings } from './settings.ts'

export type ServiceDependencies = {
  readonly schemas: ApplicationSchemas
  readonly records: RecordSource
  readonly fetch: typeof fetch
  /** By the clock that runs see. */
  readonly now: () => Instant
}

export const createServices =
  ({ schemas, records, fetch, now }: ServiceDependencies) =>
  (checked: CheckedApplication, { values, secret }: ApplicationSettings): Services => ({
    settings: values,
    secret,
    records: recordsService(createRecordModels({ checked, records, now })),
    sql: sqlService(schemas, checked.definition.name),
    fetch,
    now,
  })

/** Nobody can use more, and many rows are many megabytes. */
const maxRows = 100_000

const sqlService = (schemas: ApplicationSchemas, application: string): Sql => ({
  query: async <Row>(text: string, values: readonly unknown[] = []) => {
    const database = await schemas.open(application)
    const rows = await database.run<Row>({ text, values })
    if (rows.length > maxRows)
      throw new Error(`expected at most ${maxRows} rows, got ${rows.length}: add a limit`)
    return rows
  },
  hasExtension: schemas.hasExtension,
})
