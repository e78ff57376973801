import { routes } from '@braid/contract/routes.ts'
import { expect, test } from 'vitest'
import { type RawRequest, validate } from './validation.ts'

function refusalOf(operation: 'createProcessInstance' | 'activateJobs' | 'completeJob', raw: RawRequest) {
  const result = validate(routes[operation], raw)
  return result.ok ? 'accepted' : result.error.detail
}

const activation = { type: 'pay', timeout: 1_000, maxJobsToActivate: 1 }

test.each([
  [{ ...activation, type: '' }, 'body.type: expected at least 1 character, got fewer'],
  [
    { ...activation, maxJobsToActivate: 0 },
    'body.maxJobsToActivate: expected a number of at least 1, got a smaller one',
  ],
  [
    { ...activation, fetchVariable: Array(1_001).fill('a') },
    'body.fetchVariable: expected at most 1000 items, got more',
  ],
  [{ ...activation, type: 'a'.repeat(256) }, 'body.type: expected at most 255 characters, got more'],
  [{ ...activation, timeout: '1s' }, 'body.timeout: expected number, got a string'],
  [{ ...activation, kind: 'x' }, 'body.kind: unknown field'],
])('a limit or type that was missed is named in words', (body, detail) => {
  expect(refusalOf('activateJobs', { body })).toBe(detail)
})

test('a limit that is not itself allowed is told apart', () => {
  const body = { processDefinitionId: 'order', operationReference: 0 }
  const detail = 'body.operationReference: expected a number of more than 0, got a smaller one'
  expect(refusalOf('createProcessInstance', { body })).toBe(detail)
})

test('a text that has the right type but not the right form is another one', () => {
  const detail = 'params.jobKey: expected a key: a string of decimal digits, got another string'
  expect(refusalOf('completeJob', { params: { jobKey: 'abc' }, body: {} })).toBe(detail)
  expect(refusalOf('createProcessInstance', { body: { processDefinitionID: 'order' } })).toBe(
    'body: expected an object with either processDefinitionKey or processDefinitionId, got another object',
  )
})
