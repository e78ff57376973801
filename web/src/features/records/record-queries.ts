import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { nextPage, noCursor, pageAfter } from '../../api/queries.ts'

export type ModelRef = { readonly application: string; readonly model: string }

export const recordsQuery = ({ application, model }: ModelRef, text: string) =>
  infiniteQueryOptions({
    queryKey: ['records', application, model, text],
    queryFn: ({ pageParam, signal }) =>
      api.searchRecords({
        params: { application, model },
        body: {
          ...(text === '' ? {} : { filter: { text } }),
          sort: [{ field: 'updatedAt', order: 'desc' }],
          page: pageAfter(pageParam),
        },
        signal,
      }),
    initialPageParam: noCursor,
    getNextPageParam: nextPage,
    placeholderData: keepPreviousData,
  })

export const recordQuery = ({ application, model }: ModelRef, recordId: string) =>
  queryOptions({
    queryKey: ['record', application, model, recordId],
    queryFn: ({ signal }) => api.getRecord({ params: { application, model, recordId }, signal }),
  })
