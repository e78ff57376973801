/** Whether what an application exports is one: everything that can be told before something of it runs. */
import type { Application, Model } from '@braid/contract/application/application.ts'
import type { Endpoint } from '@braid/contract/application/endpoint.ts'
import type { Generator, Task } from '@braid/contract/application/task.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { DagModel, JsonSchema } from '@braid/core/model/dag.ts'
import type { z } from 'zod'
import { applicationShape } from './application-shape.ts'
import { jsonSchemaOf } from './json-schema.ts'

export type CheckedTask = {
  readonly definition: Task | Generator
  /** `<application>/<name>`. */
  readonly id: string
  readonly inputSchema: JsonSchema
  /** Of what the task gives; of a generator, of one item. */
  readonly outputSchema: JsonSchema
}
export type CheckedModel = { readonly definition: Model; readonly schema: JsonSchema }
export type CheckedEndpoint = {
  readonly definition: Endpoint
  readonly inputSchema: JsonSchema
  readonly outputSchema: JsonSchema
}

export type CheckedApplication = {
  readonly definition: Application
  readonly tasks: readonly CheckedTask[]
  readonly models: readonly CheckedModel[]
  readonly endpoints: readonly CheckedEndpoint[]
  /** With `<application>/` before their ids. */
  readonly dags: readonly DagModel[]
  readonly settingsSchema?: JsonSchema
}

/** Flaws name the part of the definition that they are in. */
export function checkApplication(exported: unknown, folder: string): Result<CheckedApplication, string> {
  const parsed = applicationShape.safeParse(exported)
  if (!parsed.success) {
    const [first] = parsed.error.issues
    const more = parsed.error.issues.length === 1 ? '' : ` (and ${parsed.error.issues.length - 1} more)`
    return failure(`${pathOf(first?.path ?? [])}${first?.message}${more}`)
  }
  const definition = exported as Application
  if (definition.name !== folder) {
    return failure(`name: expected ${folder}, the name of its folder, got ${definition.name}`)
  }
  const flaw = firstRepeated(definition) ?? firstUnknown(definition)
  return flaw === undefined ? withSchemas(definition) : failure(flaw)
}

const pathOf = (path: readonly PropertyKey[]): string => {
  const text = path.reduce<string>(
    (at, step) =>
      typeof step === 'number' ? `${at}[${step}]` : `${at}${at === '' ? '' : '.'}${String(step)}`,
    '',
  )
  return text === '' ? '' : `${text}: `
}

function firstRepeated(definition: Application): string | undefined {
  const lists = {
    tasks: definition.tasks.map(({ name }) => name),
    models: definition.models.map(({ name }) => name),
    dags: definition.dags.map(({ id }) => id),
    endpoints: definition.endpoints.map(({ method, path }) => `${method} ${path}`),
    screens: definition.screens.map(({ name }) => name),
  }
  for (const [list, names] of Object.entries(lists)) {
    const at = names.findIndex((name, index) => names.indexOf(name) < index)
    if (at >= 0) return `${list}[${at}]: there is another ${names[at]} before it`
  }
  return undefined
}

/** What is named must be there. */
function firstUnknown({ name, models, dags, endpoints, screens }: Application): string | undefined {
  const dagNames = new Set(dags.map(({ id }) => localId(id, name)))
  for (const [index, { schema, label, columns = [], actions = [] }] of models.entries()) {
    const fields = Object.keys(schema.shape)
    const unknown = [...(label === undefined ? [] : [label]), ...columns].find(
      (field) => !fields.includes(field),
    )
    if (unknown !== undefined) {
      return `models[${index}]: expected a field of ${fields.join(', ')}, got ${unknown}`
    }
    const action = actions.find(({ dag }) => !dagNames.has(localId(dag, name)))
    if (action !== undefined)
      return `models[${index}].actions: there is no DAG ${action.dag} in this application`
  }
  const paths = endpoints.map(({ path }) => path)
  const lost = screens.findIndex(({ endpoint: path }) => !paths.includes(path))
  if (lost >= 0) return `screens[${lost}].endpoint: there is no endpoint ${screens[lost]?.endpoint}`
  return undefined
}

const localId = (id: string, application: string): string =>
  id.startsWith(`${application}/`) ? id.slice(application.length + 1) : id

export const fullId = (id: string, application: string): string =>
  `${application}/${localId(id, application)}`

function withSchemas(definition: Application): Result<CheckedApplication, string> {
  const flaws: string[] = []
  const convert = (place: string, from: z.ZodType, side: 'input' | 'output'): JsonSchema => {
    const converted = jsonSchemaOf(from, side)
    if (converted.ok) return converted.value
    flaws.push(`${place}: ${converted.error}`)
    return {}
  }
  const { name, settings } = definition
  const checked: CheckedApplication = {
    definition,
    tasks: definition.tasks.map((each, index) => ({
      definition: each,
      id: fullId(each.name, name),
      inputSchema: convert(`tasks[${index}].input`, each.input, 'input'),
      outputSchema:
        each.kind === 'task'
          ? convert(`tasks[${index}].output`, each.output, 'output')
          : convert(`tasks[${index}].item`, each.item, 'output'),
    })),
    models: definition.models.map((each, index) => ({
      definition: each,
      schema: convert(`models[${index}].schema`, each.schema, 'input'),
    })),
    endpoints: definition.endpoints.map((each, index) => ({
      definition: each,
      inputSchema: convert(`endpoints[${index}].input`, each.input, 'input'),
      outputSchema: convert(`endpoints[${index}].output`, each.output, 'output'),
    })),
    dags: definition.dags.map((dag) => ({ ...dag, id: fullId(dag.id, name) })),
    ...(settings === undefined ? {} : { settingsSchema: convert('settings', settings, 'input') }),
  }
  const [flaw] = flaws
  return flaw === undefined ? success(checked) : failure(flaw)
}
