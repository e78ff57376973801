/** Records as the schemas of their models allow them, for tasks and for the API alike. */
import { randomUUID } from 'node:crypto'
import type { RecordOf, Records } from '@braid/contract/application/services.ts'
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { RecordModels, RecordRefusal, RecordSource } from '../operations/application/port.ts'
import { flawsOf } from '../operations/validation.ts'
import type { StoredRecord } from '../store/record-store.ts'
import type { CheckedApplication } from './check-application.ts'
import { plainJson } from './check-output.ts'

const listLimit = 1_000
const maxId = 255

type Options = {
  readonly checked: Pick<CheckedApplication, 'definition' | 'models'>
  readonly records: RecordSource
  readonly now: () => Instant
}

const notThere = (model: string, id: string) =>
  failure<RecordRefusal>({ kind: 'not-found', message: `there is no ${model} with id ${id}` })

export function createRecordModels({ checked, records, now }: Options): RecordModels {
  const { store } = records
  const application = checked.definition.name
  const modelOf = (name: string) => {
    const found = checked.models.find(({ definition }) => definition.name === name)?.definition
    const names = checked.models.map(({ definition }) => definition.name).join(', ')
    const message = `expected a model of ${application} (${names || 'it has none'}), got ${name}`
    return found === undefined
      ? failure<RecordRefusal>({ kind: 'unknown-model', message })
      : success({ ...found, kind: { application, model: name } })
  }

  const prepare = async (name: string, id: string, data: JsonObject) => {
    const model = modelOf(name)
    if (!model.ok) return model
    const flaw =
      id === '' || id.length > maxId || id.includes('\0') ? `an id of 1 to ${maxId} characters` : undefined
    const parsed = await model.value.schema.safeParseAsync(data)
    const errors = [
      ...(flaw === undefined ? [] : [{ path: 'id', message: `expected ${flaw}` }]),
      ...(parsed.success ? [] : flawsOf(parsed.error.issues, 'data', data)),
    ]
    const [first] = errors
    if (first !== undefined || !parsed.success) {
      const message = `${first?.path}: ${first?.message}`
      return failure<RecordRefusal>({ kind: 'invalid', message, errors })
    }
    const stored = plainJson(parsed.data) as JsonObject
    const label = model.value.label === undefined ? id : labelOf(stored[model.value.label], id)
    return success({ kind: model.value.kind, record: { id, label, data: stored, now: now() } })
  }

  return {
    get: async (name, id) => {
      const model = modelOf(name)
      if (!model.ok) return model
      const found = await store.get(model.value.kind, id)
      return found === undefined ? notThere(name, id) : success(found)
    },
    list: async (name, { data, after = '', limit = listLimit }) => {
      const model = modelOf(name)
      if (!model.ok) return model
      const bounded = Math.min(Math.max(1, Math.trunc(limit)), listLimit)
      return success(
        await store.list(model.value.kind, {
          after,
          limit: bounded,
          ...(data === undefined ? {} : { data }),
        }),
      )
    },
    search: async (name, request) => {
      const model = modelOf(name)
      return model.ok ? success(await records.search(model.value.kind, request)) : model
    },
    create: async (name, id = randomUUID(), data) => {
      const prepared = await prepare(name, id, data)
      if (!prepared.ok) return prepared
      const created = await store.insert(prepared.value.kind, prepared.value.record)
      return created === undefined
        ? failure({ kind: 'conflict', message: `there is a ${name} with id ${id} already` })
        : success(created)
    },
    update: async (name, id, data, version) => {
      const prepared = await prepare(name, id, data)
      if (!prepared.ok) return prepared
      const { kind, record } = prepared.value
      const updated = await store.update(kind, { ...record, version })
      if (updated !== undefined) return success(updated)
      const present = await store.get(kind, id)
      if (present === undefined) return notThere(name, id)
      const message = `${name} ${id} was changed meanwhile: it has version ${present.version}, not ${version}`
      return failure({ kind: 'conflict', message })
    },
    put: async (name, id, data) => {
      const prepared = await prepare(name, id, data)
      return prepared.ok ? success(await store.put(prepared.value.kind, prepared.value.record)) : prepared
    },
    delete: async (name, id) => {
      const model = modelOf(name)
      return model.ok ? success(await store.delete(model.value.kind, id)) : model
    },
  }
}

const maxLabel = 200

const labelOf = (value: unknown, id: string): string =>
  value === undefined || value === null || value === '' ? id : String(value).slice(0, maxLabel)

const recordOf = ({ id, data, version }: StoredRecord): RecordOf => ({ id, data, version })

const orThrow = <T>(result: Result<T, RecordRefusal>): T => {
  if (result.ok) return result.value
  throw new Error(result.error.message)
}

/** For code of the application: what is refused is thrown. */
export const recordsService = (models: RecordModels): Records => ({
  get: async (model, id) => {
    const found = await models.get(model, id)
    return !found.ok && found.error.kind === 'not-found' ? undefined : recordOf(orThrow(found))
  },
  list: async (model, query = {}) => orThrow(await models.list(model, query)).map(recordOf),
  put: async (model, id, data, version) => {
    const stored =
      version === undefined
        ? await models.put(model, id, data)
        : await models.update(model, id, data, version)
    return recordOf(orThrow(stored))
  },
  delete: async (model, id) => orThrow(await models.delete(model, id)),
})
