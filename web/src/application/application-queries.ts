import type { Application } from '@braid/contract/application-api.ts'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../api/client.ts'

export const applicationsQuery = queryOptions({
  queryKey: ['applications'],
  queryFn: async ({ signal }) => (await api.listApplications({ signal })).items,
})

export const applicationQuery = (application: string) =>
  queryOptions({
    queryKey: ['application', application],
    queryFn: ({ signal }) => api.getApplication({ params: { application }, signal }),
  })

export type Model = Application['models'][number]
export type Screen = Application['screens'][number]

const part = encodeURIComponent

export const applicationPath = (application: string): string => `/applications/${part(application)}`
export const recordsPath = (application: string, model: string): string =>
  `${applicationPath(application)}/models/${part(model)}`
export const recordPath = (application: string, model: string, id: string): string =>
  `${recordsPath(application, model)}/${part(id)}`
export const screenPath = (application: string, screen: string): string =>
  `${applicationPath(application)}/screens/${part(screen)}`
