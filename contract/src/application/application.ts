/**
 * An application: a folder with an `application.ts` that exports `application`, made by `defineApplication`. The server
 * finds it, checks it, registers what it has; a broken one is shown with its error and disturbs nobody.
 */
import type { DagModel } from '@braid/core/model/dag.ts'
import { qualifiedName, qualifyDag } from '@braid/core/model/qualify-dag.ts'
import type { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import type { Services } from './services.ts'
import type { Generator, Task } from './task.ts'

/** Records of one kind, with list, show and edit screens made from the schema. */
export type Model<Data extends z.ZodObject = z.ZodObject> = {
  readonly name: string
  readonly title?: string
  readonly schema: Data
  /** Field that people call a record by; the id unless said. */
  readonly label?: string
  /** Fields of the list; the first five unless said. */
  readonly columns?: readonly string[]
  /** DAGs of this application that take a record's id and data as their input. */
  readonly actions?: readonly {
    readonly name: string
    readonly title: string
    readonly dag: string
    /** Offered only for records with these values. */
    readonly where?: Readonly<Record<string, unknown>>
  }[]
}

/** A file beside `application.ts`: `.bpmn`, `.dmn`, `.form`, `.dag.yaml`, `.dag.json`. */
export type ResourceFile = string

/** A page of the web app for an endpoint: a form made from its input, and its answer shown as said. */
export type Screen = {
  readonly name: string
  readonly title: string
  /** Path of the endpoint. */
  readonly endpoint: string
  /** Fields of the answer. */
  readonly show: {
    /** A text on top, such as an answer. */
    readonly text?: string
    /** A list, and fields of its items. */
    readonly items?: string
    readonly itemTitle?: string
    readonly itemText?: string
    readonly itemScore?: string
    /** Base64 of a PNG. */
    readonly image?: string
  }
}

export type Application = {
  /** Lower-case letters, digits, `-`; also the name of its folder. */
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly version?: string
  readonly models: readonly Model[]
  readonly tasks: readonly (Task | Generator)[]
  readonly dags: readonly DagModel[]
  readonly processes: readonly ResourceFile[]
  readonly forms: readonly ResourceFile[]
  readonly endpoints: readonly Endpoint[]
  readonly screens: readonly Screen[]
  /**
   * Values from `BRAID_APP_<APPLICATION>_<FIELD>`, else the default. A value `$NAME` is a secret: read with `secret()`
   * only.
   */
  readonly settings?: z.ZodObject
  /** Statements for the application's own schema, each run once, in order; append only. */
  readonly migrations: readonly string[]
  /** Called once on each node before its tasks run, and when it stops. */
  start?(services: Services): Promise<(() => Promise<void>) | undefined>
}

type Lists = 'models' | 'tasks' | 'dags' | 'processes' | 'forms' | 'endpoints' | 'screens' | 'migrations'

/** DAGs get the name of the application in front, as do the tasks and DAGs of its own that they name. */
export const defineApplication = (
  definition: Omit<Application, Lists> & Partial<Pick<Application, Lists>>,
): Application => ({
  models: [],
  tasks: [],
  processes: [],
  forms: [],
  endpoints: [],
  screens: [],
  migrations: [],
  ...definition,
  dags: (definition.dags ?? []).map((model) => qualifyDag(model, definition.name)),
})

/** A task or generator of another application, for a DAG of this one. */
export const ofApplication = <Work extends { readonly name: string }>(
  application: string,
  work: Work,
): Work => ({
  ...work,
  name: qualifiedName(work.name, application),
})

export const model = <Data extends z.ZodObject>(definition: Model<Data>): Model<Data> => definition
