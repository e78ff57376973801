/** Scripts that people keep: each change is a new version. They are text here; nothing of this runs them. */
import { maxScriptLength, scriptLanguages, scriptVersionPattern } from '@braid/core/model/script.ts'
import { z } from 'zod'
import { empty, json, route } from './route.ts'
import {
  choiceFilter,
  dateTime,
  dateTimeFilter,
  key,
  keyFilter,
  queryInteger,
  searchRequest,
  searchResponse,
  text,
  textFilter,
} from './schema.ts'

export { scriptLanguages } from '@braid/core/model/script.ts'

/** Older versions than the newest so many are not kept. */
export const keptScriptVersions = 200
/** Of one person. */
export const maxScripts = 1000

const name = text(200).min(1)
const description = text(2000)
const language = z.enum(scriptLanguages)
const languageVersion = z.string().regex(scriptVersionPattern, { error: 'expected a version such as 3.12' })
const source = text(maxScriptLength).min(1)

const content = z.object({ name: z.string(), description: z.string(), language, languageVersion: z.string() })

export const script = content.extend({
  scriptKey: key,
  /** Seen by everybody who may read scripts; otherwise by its owner alone. */
  shared: z.boolean(),
  /** Absent when they are gone. */
  owner: z.string().optional(),
  /** Whether the one who asks is the owner. */
  own: z.boolean(),
  /** The newest one. */
  version: z.int(),
  createdAt: dateTime,
  updatedAt: dateTime,
})
export type Script = z.output<typeof script>

const withSource = script.extend({ source: z.string() })
export type ScriptWithSource = z.output<typeof withSource>

export const scriptVersion = content.extend({
  scriptKey: key,
  version: z.int(),
  createdAt: dateTime,
  createdBy: z.string(),
})
export type ScriptVersion = z.output<typeof scriptVersion>

const versionWithSource = scriptVersion.extend({ source: z.string() })
export type ScriptVersionWithSource = z.output<typeof versionWithSource>

const scriptFilter = z.strictObject({
  scriptKey: keyFilter.optional(),
  name: textFilter.optional(),
  language: choiceFilter(scriptLanguages).optional(),
  owner: textFilter.optional(),
  own: z.boolean().optional(),
  shared: z.boolean().optional(),
  createdAt: dateTimeFilter.optional(),
  updatedAt: dateTimeFilter.optional(),
})

export const scriptSearch = searchRequest(scriptFilter, [
  'name',
  'language',
  'owner',
  'createdAt',
  'updatedAt',
])

const params = z.object({ scriptKey: key })
const tag = 'Scripts'

export const scriptRoutes = {
  createScript: route({
    method: 'POST',
    path: '/scripts',
    tag,
    summary: 'Save a script',
    permission: 'script:create',
    surface: 'braid',
    body: z.strictObject({
      name,
      description: description.default(''),
      language,
      languageVersion,
      source,
      shared: z.boolean().default(false),
    }),
    response: json(withSource, 201),
  }),
  searchScripts: route({
    method: 'POST',
    path: '/scripts/search',
    tag,
    summary: 'Search my scripts and those that are shared, without their source',
    permission: 'script:read',
    surface: 'braid',
    body: scriptSearch.optional(),
    response: json(searchResponse(script)),
  }),
  getScript: route({
    method: 'GET',
    path: '/scripts/{scriptKey}',
    tag,
    summary: 'Get the newest version of a script',
    permission: 'script:read',
    surface: 'braid',
    params,
    response: json(withSource),
  }),
  updateScript: route({
    method: 'PATCH',
    path: '/scripts/{scriptKey}',
    tag,
    summary: `Change a script; what is not given stays. Makes a new version; the newest ${keptScriptVersions} are kept`,
    permission: 'script:update',
    surface: 'braid',
    params,
    body: z
      .strictObject({
        name: name.optional(),
        description: description.optional(),
        language: language.optional(),
        languageVersion: languageVersion.optional(),
        source: source.optional(),
        shared: z.boolean().optional(),
        /** The version that was changed: refused when there is a newer one meanwhile. */
        version: z.int().min(1).optional(),
      })
      .refine(({ version: _, ...changes }) => Object.keys(changes).length > 0, {
        error: 'expected something to change',
      }),
    response: json(withSource),
  }),
  deleteScript: route({
    method: 'DELETE',
    path: '/scripts/{scriptKey}',
    tag,
    summary: 'Delete a script with all its versions',
    permission: 'script:delete',
    surface: 'braid',
    params,
    response: empty,
  }),
  listScriptVersions: route({
    method: 'GET',
    path: '/scripts/{scriptKey}/versions',
    tag,
    summary: 'List the versions of a script, newest first, without their source',
    permission: 'script:read',
    surface: 'braid',
    params,
    response: json(z.object({ items: z.array(scriptVersion) })),
  }),
  getScriptVersion: route({
    method: 'GET',
    path: '/scripts/{scriptKey}/versions/{version}',
    tag,
    summary: 'Get one version of a script',
    permission: 'script:read',
    surface: 'braid',
    params: params.extend({ version: queryInteger({ min: 1, max: 2_147_483_647 }) }),
    response: json(versionWithSource),
  }),
} as const
