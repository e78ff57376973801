import { expect, test } from 'vitest'
import { neighbourOf, savedFilter } from './task-filters.ts'

test('an unknown filter in the address means all open tasks', () => {
  expect(savedFilter('nonsense').id).toBe('open')
  expect(savedFilter(null).id).toBe('open')
  expect(savedFilter('mine').filter('ada')).toEqual({ state: 'CREATED', assignee: 'ada' })
})

test('after a completed task comes the next, at the end the one before', () => {
  expect(neighbourOf(['1', '2', '3'], '2')).toBe('3')
  expect(neighbourOf(['1', '2', '3'], '3')).toBe('2')
  expect(neighbourOf(['1'], '1')).toBeUndefined()
  expect(neighbourOf(['1', '2'], '9')).toBe('1')
})
