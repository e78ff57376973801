import { routes } from '@braid/contract/routes.ts'
import { expect, test } from 'vitest'
import { validate } from './validation.ts'

const errorsOf = (id: 'createProcessInstance' | 'activateJobs' | 'publishMessage' | 'getJob', raw: object) => raw
