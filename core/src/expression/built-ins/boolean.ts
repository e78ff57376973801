import { identical } from '../compare.ts'
import type { BuiltIns } from './signature.ts'
import { any, optional, takes, text } from './signature.ts'

export const booleanFunctions: BuiltIns = {
  not: [takes([any('negand')], (_run, value) => (typeof value === 'boolean' ? !value : null))],
  is: [
    takes([optional(any('value1')), optional(any('value2'))], (run, left, right) =>
      identical(left, right, run),
    ),
  ],
  'is defined': [takes([any('value')], (_run, value) => value !== null)],
  'get or else': [takes([any('value'), any('default')], (_run, value, other) => value ?? other)],
  assert: [
    takes([any('value'), any('condition'), optional(text('cause'))], (run, value, condition, cause) =>
      condition === true ? value : run.fail('EVALUATION_ERROR', cause ?? 'The condition is not fulfilled'),
    ),
  ],
}
