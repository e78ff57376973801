/** The saved filters of the list of tasks. */
import type { UserTaskFilter } from '../../api/queries.ts'

export const savedFilters = [
  { id: 'open', label: 'All open', filter: () => ({ state: 'CREATED' }) },
  { id: 'mine', label: 'Mine', filter: (username) => ({ state: 'CREATED', assignee: username }) },
  {
    id: 'unassigned',
    label: 'Unassigned',
    filter: () => ({ state: 'CREATED', assignee: { $exists: false } }),
  },
  { id: 'completed', label: 'Completed', filter: () => ({ state: 'COMPLETED' }) },
] as const satisfies readonly {
  readonly id: string
  readonly label: string
  readonly filter: (username: string) => UserTaskFilter
}[]

export type SavedFilter = (typeof savedFilters)[number]

export const savedFilter = (id: string | null): SavedFilter =>
  savedFilters.find((each) => each.id === id) ?? savedFilters[0]

/** The task to open after one was completed: the next in the list, else the one before. */
export function neighbourOf(keys: readonly string[], completed: string): string | undefined {
  const index = keys.indexOf(completed)
  return index < 0 ? keys[0] : (keys[index + 1] ?? keys[index - 1])
}
