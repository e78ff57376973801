/** What people see of collections and documents; texts, chunks and vectors are in tables of their own. */
import { model } from '@braid/contract/application/application.ts'
import { z } from 'zod'

export const collectionName = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'expected lower-case letters, digits and single -' })
  .max(60)

export const collection = model({
  name: 'collection',
  title: 'Collections',
  schema: z.object({
    name: collectionName,
    documents: z.int().describe('Documents that are found'),
    chunks: z.int(),
    indexedAt: z.iso.datetime(),
  }),
  label: 'name',
})

export const document = model({
  name: 'document',
  title: 'Documents',
  schema: z.object({
    title: z.string(),
    source: z.string().describe('File, address, or title of a text'),
    collection: collectionName,
    state: z.enum(['indexed', 'refused']),
    chunks: z.int().describe('Chunks that are found'),
    reason: z.string().optional().describe('Why it was refused'),
    changedAt: z.iso.datetime(),
  }),
  label: 'title',
  columns: ['title', 'source', 'collection', 'state', 'chunks'],
})
