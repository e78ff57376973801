import { z } from 'zod'
import { json, route } from './route.ts'
import {
  dateTime,
  id,
  integerFilter,
  jsonObject,
  jsonValue,
  key,
  keyFilter,
  searchRequest,
  searchResponse,
  textFilter,
} from './schema.ts'

const dagFields = {
  dagKey: key,
  dagId: z.string(),
  application: z.string().optional(),
  title: z.string(),
  description: z.string().optional(),
  version: z.int(),
  deployedAt: dateTime,
}
export const dag = z.object(dagFields)
export type Dag = z.output<typeof dag>

export const dagNodeKinds = ['task', 'script', 'choice', 'dag', 'map', 'generate', 'repeat'] as const
/** For drawing: every node with the part it stands in. */
export const dagGraph = z.object({
  nodes: z.array(
    z.object({
      id,
      title: z.string(),
      kind: z.enum(dagNodeKinds),
      /** The map, generate or repeat node around it. */
      parent: id.optional(),
      /** What does it: a task, another DAG. */
      task: z.string().optional(),
      dag: z.string().optional(),
      /** Of a script. */
      language: z.string().optional(),
    }),
  ),
  edges: z.array(
    z.object({
      from: id,
      to: id,
      /** The branch or condition that lets it run. */
      label: z.string().optional(),
    }),
  ),
})
export type DagGraph = z.output<typeof dagGraph>

export const dagDetail = z.object({
  ...dagFields,
  /** JSON Schema of a run's input: run forms are made of it. */
  inputSchema: jsonObject.optional(),
  variants: z.record(z.string(), jsonObject),
  maxActiveRuns: z.int().optional(),
  graph: dagGraph,
  /** As deployed: JSON or YAML. */
  source: z.string(),
  model: jsonValue,
})
export type DagDetail = z.output<typeof dagDetail>

const textBody = (contentType: string) => ({ kind: 'text', status: 200, contentType }) as const

const params = z.object({ dagKey: key })
const tag = 'DAGs'

export const dagRoutes = {
  searchDags: route({
    method: 'POST',
    path: '/dags/search',
    tag,
    summary: 'Search DAGs: latest versions, unless the filter names a key, a version or isLatestVersion',
    permission: 'dag:read',
    surface: 'braid',
    body: searchRequest(
      z.strictObject({
        dagKey: keyFilter.optional(),
        dagId: textFilter.optional(),
        application: textFilter.optional(),
        title: textFilter.optional(),
        version: integerFilter.optional(),
        isLatestVersion: z.boolean().optional(),
      }),
      ['dagKey', 'dagId', 'title', 'version'],
    ).optional(),
    response: json(searchResponse(dag)),
  }),
  getDag: route({
    method: 'GET',
    path: '/dags/{dagKey}',
    tag,
    summary: 'Get a DAG with its graph and the schema of its input',
    permission: 'dag:read',
    surface: 'braid',
    params,
    response: json(dagDetail),
  }),
  getDagSvg: route({
    method: 'GET',
    path: '/dags/{dagKey}/graph.svg',
    tag,
    summary: 'The graph of a DAG as SVG',
    permission: 'dag:read',
    surface: 'braid',
    params,
    response: textBody('image/svg+xml'),
  }),
  getDagDot: route({
    method: 'GET',
    path: '/dags/{dagKey}/graph.dot',
    tag,
    summary: 'The graph of a DAG in the DOT language of Graphviz',
    permission: 'dag:read',
    surface: 'braid',
    params,
    response: textBody('text/vnd.graphviz'),
  }),
} as const
