/** The applications of a node, for operations. */
import { resolve } from 'node:path'
import type { Instant } from '@braid/core/base/instant.ts'
import type { Applications, RecordSource } from '../operations/application/port.ts'
import type { ApplicationHost } from './application-host.ts'
import { describeApplication } from './describe-application.ts'
import { type EndpointDependencies, hostedEndpoint } from './hosted-endpoint.ts'
import { createRecordModels } from './record-models.ts'

type Dependencies = Omit<EndpointDependencies, 'directory'> & {
  readonly host: Pick<ApplicationHost, 'list' | 'find'>
  readonly directory: string
  readonly records: RecordSource
  readonly now: () => Instant
}

export function applicationPort({ host, records, now, ...endpoints }: Dependencies): Applications {
  const directory = resolve(endpoints.directory)
  return {
    list: () => host.list().map(describeApplication),
    get: (name) => {
      const found = host.find(name)
      return found === undefined ? undefined : describeApplication(found)
    },
    records: (name) => {
      const loaded = host.find(name)?.loaded
      return loaded === undefined ? undefined : createRecordModels({ checked: loaded.checked, records, now })
    },
    endpoint: (name, method, path) => {
      const loaded = host.find(name)?.loaded
      const found = loaded?.checked.endpoints.find(
        ({ definition }) => definition.method === method && definition.path === path,
      )
      return loaded === undefined || found === undefined
        ? undefined
        : hostedEndpoint(found, loaded, { ...endpoints, directory })
    },
  }
}
