import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { exampleScripts } from './example-scripts.ts'

export const listExampleScripts = operation({
  id: 'listExampleScripts',
  run: async () => success({ items: exampleScripts }),
})
