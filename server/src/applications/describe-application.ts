/** An application as the API shows it. */
import type { Application } from '@braid/contract/application-api.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import { jobTypeOf } from '@braid/core/model/dag.ts'
import type { HostedApplication, LoadedApplication } from './hosted-application.ts'

const defaultColumns = 5
export const defaultPermission = 'application:use'

export function describeApplication({ name, failure, loaded }: HostedApplication): Application {
  const { title, description, version } = loaded?.checked.definition ?? {}
  return {
    name,
    title: title ?? name,
    ...(description === undefined ? {} : { description }),
    ...(version === undefined ? {} : { version }),
    state: failure === undefined ? 'loaded' : 'broken',
    ...(failure === undefined ? {} : { error: failure }),
    ...(loaded === undefined ? nothing : describeParts(loaded)),
  }
}

type Parts = Pick<
  Application,
  'tasks' | 'dags' | 'processes' | 'forms' | 'routes' | 'screens' | 'models' | 'settings' | 'settingsSchema'
>

const nothing: Parts = {
  ...{ tasks: [], dags: [], processes: [], forms: [], routes: [], screens: [], models: [] },
  settings: {},
}

const describeParts = ({ checked, settings }: LoadedApplication): Parts => ({
  tasks: checked.tasks.map(({ id, definition, inputSchema, outputSchema }) => ({
    name: definition.name,
    title: definition.title ?? definition.name,
    jobType: jobTypeOf(id, definition.tags),
    tags: [...(definition.tags ?? [])],
    inputSchema,
    outputSchema,
  })),
  dags: checked.dags.map(({ id, title }) => ({ dagId: id, title: title ?? id })),
  processes: [...checked.definition.processes],
  forms: [...checked.definition.forms],
  routes: checked.endpoints.map(({ definition, inputSchema, outputSchema }) => ({
    method: definition.method,
    path: definition.path,
    summary: definition.summary,
    permission: definition.permission ?? defaultPermission,
    inputSchema,
    outputSchema,
  })),
  screens: checked.definition.screens.map(({ show, ...screen }) => ({ ...screen, show: { ...show } })),
  models: checked.models.map(({ definition, schema }) => ({
    name: definition.name,
    title: definition.title ?? definition.name,
    schema,
    columns: [...(definition.columns ?? Object.keys(definition.schema.shape).slice(0, defaultColumns))],
    actions: (definition.actions ?? []).map(({ name, title, dag, where }) => ({
      name,
      title,
      dagId: dag.includes('/') ? dag : `${checked.definition.name}/${dag}`,
      ...(where === undefined ? {} : { where: where as JsonObject }),
    })),
  })),
  settings: Object.fromEntries(
    Object.entries(settings.values).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, value]],
    ),
  ),
  ...(checked.settingsSchema === undefined ? {} : { settingsSchema: checked.settingsSchema }),
})
