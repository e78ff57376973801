/** The filters of the list of runs: in the address as people can read it, and as the API wants it. */
import type { InstanceFilter } from '../../api/queries.ts'

export const runStates = ['ACTIVE', 'SUSPENDED', 'COMPLETED', 'TERMINATED'] as const
export type RunState = (typeof runStates)[number]

export type VariableCondition = {
  readonly name: string
  /** As typed: JSON, or text that stands for itself. */
  readonly value: string
}

export type RunFilters = {
  readonly process?: string
  readonly version?: number
  readonly state?: RunState
  readonly incident?: boolean
  /** With `*` and `?` as wildcards. */
  readonly businessId?: string
  /** Local days, `YYYY-MM-DD`, both included. */
  readonly from?: string
  readonly to?: string
  readonly variables: readonly VariableCondition[]
}

export const noFilters: RunFilters = { variables: [] }

const dayPattern = /^\d{4}-\d{2}-\d{2}$/

function condition(text: string): readonly VariableCondition[] {
  const split = text.indexOf('=')
  return split < 1 ? [] : [{ name: text.slice(0, split), value: text.slice(split + 1) }]
}

/** Reads an address; what does not make sense is left out. */
export function filtersFromUrl(parameters: URLSearchParams): RunFilters {
  const word = (name: string): string | undefined => parameters.get(name)?.trim() || undefined
  const day = (name: string): string | undefined => {
    const text = word(name)
    return text !== undefined && dayPattern.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined
  }
  const process = word('process')
  const version = Number(word('version'))
  const state = runStates.find((each) => each === word('state'))
  const incident = word('incident')
  const businessId = word('business')
  const from = day('from')
  const to = day('to')
  return {
    ...(process === undefined ? {} : { process }),
    ...(Number.isSafeInteger(version) && version > 0 ? { version } : {}),
    ...(state === undefined ? {} : { state }),
    ...(incident === 'true' || incident === 'false' ? { incident: incident === 'true' } : {}),
    ...(businessId === undefined ? {} : { businessId }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    variables: parameters.getAll('var').flatMap(condition),
  }
}

export function filtersToUrl(filters: RunFilters): URLSearchParams {
  const parameters = new URLSearchParams()
  const entries = {
    process: filters.process,
    version: filters.version,
    state: filters.state,
    incident: filters.incident,
    business: filters.businessId,
    from: filters.from,
    to: filters.to,
  }
  for (const [name, value] of Object.entries(entries))
    if (value !== undefined) parameters.set(name, String(value))
  for (const { name, value } of filters.variables) parameters.append('var', `${name}=${value}`)
  return parameters
}

/** What the engine stored for a typed value: JSON as it is, anything else as a string. */
function jsonText(typed: string): string {
  try {
    return JSON.stringify(JSON.parse(typed))
  } catch {
    return JSON.stringify(typed)
  }
}

const startOfDay = (day: string): Date => new Date(`${day}T00:00:00`)

function dayAfter(day: string): Date {
  const date = startOfDay(day)
  date.setDate(date.getDate() + 1)
  return date
}

export function filtersToSearch(filters: RunFilters): InstanceFilter {
  const { process, version, state, incident, businessId, from, to, variables } = filters
  const started = {
    ...(from === undefined ? {} : { $gte: startOfDay(from).toISOString() }),
    ...(to === undefined ? {} : { $lt: dayAfter(to).toISOString() }),
  }
  return {
    ...(process === undefined ? {} : { processDefinitionId: process }),
    ...(version === undefined ? {} : { processDefinitionVersion: version }),
    ...(state === undefined ? {} : { state }),
    ...(incident === undefined ? {} : { hasIncident: incident }),
    ...(businessId === undefined
      ? {}
      : { businessId: /[*?]/.test(businessId) ? { $like: businessId } : businessId }),
    ...(from === undefined && to === undefined ? {} : { startDate: started }),
    ...(variables.length === 0
      ? {}
      : { variables: variables.map(({ name, value }) => ({ name, value: jsonText(value) })) }),
  }
}
