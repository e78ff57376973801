/** What is read about one run, all below the key of the run, so that one invalidation refreshes it. */
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'

const listLimit = 500

export const variablesQuery = (processInstanceKey: string) =>
  queryOptions({
    queryKey: ['process-instance', processInstanceKey, 'variables'],
    queryFn: ({ signal }) =>
      api.searchVariables({
        body: {
          filter: { processInstanceKey },
          sort: [{ field: 'name', order: 'asc' }],
          page: { limit: listLimit },
        },
        signal,
      }),
  })

export const jobsQuery = (processInstanceKey: string) =>
  queryOptions({
    queryKey: ['process-instance', processInstanceKey, 'jobs'],
    queryFn: ({ signal }) =>
      api.searchJobs({
        body: {
          filter: { processInstanceKey },
          sort: [{ field: 'jobKey', order: 'desc' }],
          page: { limit: listLimit },
        },
        signal,
      }),
  })

export const runTasksQuery = (processInstanceKey: string) =>
  queryOptions({
    queryKey: ['process-instance', processInstanceKey, 'user-tasks'],
    queryFn: ({ signal }) =>
      api.searchUserTasks({
        body: {
          filter: { processInstanceKey },
          sort: [{ field: 'creationDate', order: 'desc' }],
          page: { limit: listLimit },
        },
        signal,
      }),
  })

export const runIncidentsQuery = (processInstanceKey: string) =>
  queryOptions({
    queryKey: ['process-instance', processInstanceKey, 'incidents'],
    queryFn: ({ signal }) =>
      api.searchIncidents({
        body: {
          filter: { processInstanceKey },
          sort: [{ field: 'creationTime', order: 'desc' }],
          page: { limit: listLimit },
        },
        signal,
      }),
  })
