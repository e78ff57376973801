/** Elasticsearch 8 and newer, by its HTTP API. One index for all collections; the vectors of each model in a field. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ChunkKey } from '../store/search.ts'
import type { SearchIndex, SearchQuery } from './search-index.ts'

export type ElasticsearchOptions = {
  readonly url: string
  readonly apiKey: string | undefined
  readonly fetch: typeof fetch
}

const indexName = 'braid-documents'
/** Operations of one request: a vector is some ten kilobytes of JSON. */
const bulkSize = 500
const maxError = 500

const bulkAnswer = z.object({
  errors: z.boolean(),
  items: z.array(
    z.record(
      z.string(),
      z.object({ status: z.number(), error: z.object({ reason: z.string().optional() }).optional() }),
    ),
  ),
})
const searchAnswer = z.object({ hits: z.object({ hits: z.array(z.object({ _id: z.string() })) }) })

/** Vectors of two models have nothing in common, mostly not even their length. */
const vectorField = (model: string): string =>
  `vector_${createHash('sha256').update(model).digest('hex').slice(0, 12)}`

const idOf = ({ document, position }: ChunkKey): string => `${document}:${position}`
const keyOf = (id: string): ChunkKey => {
  const at = id.lastIndexOf(':')
  return { document: id.slice(0, at), position: Number(id.slice(at + 1)) }
}

/** Of positions from `from` to before `to`. */
const deletions = (document: string, from: number, to: number): readonly (readonly object[])[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => [
    { delete: { _id: idOf({ document, position: from + index }) } },
  ])

export function elasticsearchIndex({ url, apiKey, fetch }: ElasticsearchOptions): SearchIndex {
  const root = url.replace(/\/+$/, '')

  const call = async (
    path: string,
    method: string,
    contentType: string,
    body: string,
    signal: AbortSignal,
  ) => {
    const response = await fetch(`${root}/${path}`, {
      method,
      body,
      signal,
      headers: {
        'content-type': contentType,
        ...(apiKey === undefined ? {} : { authorization: `ApiKey ${apiKey}` }),
      },
    })
    const text = await response.text()
    if (!response.ok) {
      throw new Error(`Elasticsearch answered ${response.status} to ${path}: ${text.slice(0, maxError)}`)
    }
    return JSON.parse(text) as unknown
  }

  const bulk = async (operations: readonly (readonly object[])[], signal: AbortSignal): Promise<void> => {
    for (let at = 0; at < operations.length; at += bulkSize) {
      const lines = operations
        .slice(at, at + bulkSize)
        .flat()
        .map((line) => `${JSON.stringify(line)}\n`)
      const path = `${indexName}/_bulk?refresh=wait_for`
      const answer = bulkAnswer.parse(
        await call(path, 'POST', 'application/x-ndjson', lines.join(''), signal),
      )
      // What is deleted may be gone already.
      const failed = answer.items
        .flatMap((item) => Object.values(item))
        .find(({ status, error }) => error !== undefined && status !== 404)
      if (failed !== undefined) throw new Error(`Elasticsearch refused a chunk: ${failed.error?.reason}`)
    }
  }

  const search = async (body: object, { limit, signal }: SearchQuery): Promise<readonly ChunkKey[]> => {
    const request = JSON.stringify({ ...body, size: limit, _source: false })
    const path = `${indexName}/_search?ignore_unavailable=true`
    const answer = searchAnswer.parse(await call(path, 'POST', 'application/json', request, signal))
    return answer.hits.hits.map(({ _id }) => keyOf(_id))
  }

  const filterOf = ({ collection }: SearchQuery): readonly object[] =>
    collection === undefined ? [] : [{ term: { 'collection.keyword': collection } }]

  return {
    put: async ({ id: document, collection, model }, read, before, signal) => {
      const chunks = await read()
      const stored = chunks.map(({ position, text, vector }) => [
        { index: { _id: idOf({ document, position }) } },
        { document, position, collection, text, [vectorField(model)]: vector },
      ])
      await bulk([...stored, ...deletions(document, chunks.length, before)], signal)
    },
    remove: (document, chunks, signal) => bulk(deletions(document, 0, chunks), signal),
    byText: (text, query) =>
      search({ query: { bool: { must: [{ match: { text } }], filter: filterOf(query) } } }, query),
    byVector: (vector, model, query) =>
      search(
        {
          knn: {
            field: vectorField(model),
            query_vector: vector,
            k: query.limit,
            num_candidates: Math.min(10_000, query.limit * 10),
            filter: filterOf(query),
          },
        },
        query,
      ),
  }
}
