/** As much of Elasticsearch as `_bulk` and `_search` by words and by nearest vectors need. */
import { type Reply, type SmallServer, startHttpServer } from './http-server.ts'

type Source = Readonly<Record<string, unknown>>
type Search = {
  readonly size: number
  readonly query?: {
    readonly bool: { readonly must: [{ match: { text: string } }]; readonly filter: Filter }
  }
  readonly knn?: { readonly field: string; readonly query_vector: number[]; readonly filter: Filter }
}
type Filter = readonly { readonly term: Readonly<Record<string, unknown>> }[]

const words = (text: unknown): readonly string[] => String(text).toLowerCase().match(/\w+/g) ?? []

export async function startElasticsearchServer(): Promise<
  SmallServer & { readonly documents: ReadonlyMap<string, Source> }
> {
  const documents = new Map<string, Source>()

  const bulk = (body: string): Reply => {
    if (!body.endsWith('\n')) return { status: 400, body: { error: 'must be terminated by a newline' } }
    const lines = body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const items: object[] = []
    while (lines.length > 0) {
      const action = lines.shift() as { index?: { _id: string }; delete?: { _id: string } }
      if (action.index !== undefined) {
        documents.set(action.index._id, lines.shift())
        items.push({ index: { _id: action.index._id, status: 201 } })
      } else if (action.delete !== undefined) {
        const { _id } = action.delete
        items.push({ delete: { _id, status: documents.delete(_id) ? 200 : 404 } })
      }
    }
    return { body: { errors: false, items } }
  }

  const search = ({ size, query, knn }: Search): Reply => {
    const filter = query?.bool.filter ?? knn?.filter ?? []
    const passes = (source: Source): boolean =>
      filter.every(({ term }) =>
        Object.entries(term).every(([field, value]) => source[field.replace(/\.keyword$/, '')] === value),
      )
    const score = (source: Source): number => {
      if (knn !== undefined) {
        const vector = source[knn.field] as readonly number[]
        return 1 + knn.query_vector.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0)
      }
      const wanted = new Set(words(query?.bool.must[0].match.text))
      return words(source.text).filter((word) => wanted.has(word)).length
    }
    const hits = [...documents]
      .filter(([, source]) => passes(source))
      .map(([_id, source]) => ({ _id, _score: score(source) }))
      .filter(({ _score }) => _score > 0)
      .toSorted((a, b) => b._score - a._score)
      .slice(0, size)
    return { body: { hits: { hits } } }
  }

  const server = await startHttpServer(({ path, body }) => {
    const [route] = path.split('?')
    if (route?.endsWith('/_bulk')) return bulk(body)
    if (route?.endsWith('/_search')) return search(JSON.parse(body) as Search)
    return { status: 404, body: { error: `no ${path}` } }
  })
  return { ...server, documents }
}
