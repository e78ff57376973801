import type {
  BatchOperation,
  BatchOperationItem,
  batchOperationItemSearch,
  batchOperationSearch,
} from '@braid/contract/batch-operation.ts'
import { batchOperation, batchOperationItem } from '@braid/contract/batch-operation.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { keyField, requiredTimeField, textField, timeField } from './field.ts'
import { findRow, type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf } from './row.ts'

type Request = NonNullable<z.output<typeof batchOperationSearch>>
type ItemRequest = NonNullable<z.output<typeof batchOperationItemSearch>>

const batches: SearchableEntity = {
  from: 'batch_operation b',
  key: 'b.key',
  select: 'b.key, b.type, b.state, b.actor, b.total, b.completed, b.failed, b.started_at, b.ended_at',
  fields: {
    batchOperationKey: keyField('b.key'),
    operationType: textField('b.type'),
    state: textField('b.state'),
    actorId: textField('b.actor'),
    startDate: requiredTimeField('b.started_at'),
    endDate: timeField('b.ended_at'),
  },
}

const items: SearchableEntity = {
  from: 'batch_operation_item i join batch_operation b on b.key = i.batch_key',
  key: 'i.id',
  select: 'i.batch_key, i.item_key, i.instance_key, i.state, i.processed_at, i.message, b.type',
  fields: {
    batchOperationKey: keyField('i.batch_key'),
    operationType: textField('b.type'),
    itemKey: keyField('i.item_key'),
    processInstanceKey: keyField('i.instance_key'),
    state: textField('i.state'),
    processedDate: timeField('i.processed_at'),
  },
}

function toBatch(row: Row): BatchOperation {
  const column = columnsOf(row)
  return {
    batchOperationKey: column.key('key'),
    batchOperationType: batchOperation.shape.batchOperationType.parse(column.text('type')),
    state: batchOperation.shape.state.parse(column.text('state')),
    actorId: column.text('actor'),
    startDate: column.time('started_at'),
    endDate: column.optionalTime('ended_at'),
    operationsTotalCount: column.number('total'),
    operationsCompletedCount: column.number('completed'),
    operationsFailedCount: column.number('failed'),
    errors: [],
  }
}

function toItem(row: Row): BatchOperationItem {
  const column = columnsOf(row)
  return {
    batchOperationKey: column.key('batch_key'),
    operationType: batchOperation.shape.batchOperationType.parse(column.text('type')),
    itemKey: column.key('item_key'),
    processInstanceKey: column.key('instance_key'),
    state: batchOperationItem.shape.state.parse(column.text('state')),
    processedDate: column.optionalTime('processed_at'),
    errorMessage: column.optionalText('message'),
  }
}

export async function searchBatchOperations(
  database: Database,
  request: Request,
): Promise<Page<BatchOperation>> {
  const page = await searchPage(database, batches, { ...request, filter: request.filter ?? {} })
  return { ...page, items: page.items.map(toBatch) }
}

export async function searchBatchOperationItems(
  database: Database,
  request: ItemRequest,
): Promise<Page<BatchOperationItem>> {
  const page = await searchPage(database, items, { ...request, filter: request.filter ?? {} })
  return { ...page, items: page.items.map(toItem) }
}

export async function getBatchOperation(database: Database, key: Key): Promise<BatchOperation | undefined> {
  const row = await findRow(database, batches, key)
  return row === undefined ? undefined : toBatch(row)
}
