/** An application as a node has it. */
import type { Services } from '@braid/contract/application/services.ts'
import type { CheckedApplication } from './check-application.ts'
import type { Failure } from './failure-place.ts'
import type { ApplicationSettings } from './settings.ts'

export type LoadedApplication = {
  readonly checked: CheckedApplication
  readonly settings: ApplicationSettings
  readonly services: Services
}

export type HostedApplication = {
  readonly name: string
  /** Why it is not as its files say. */
  readonly failure?: Failure
  /** As it works; absent when it never could be loaded. */
  readonly loaded?: LoadedApplication
}
