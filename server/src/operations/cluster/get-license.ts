import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'

export const getLicense = operation({
  id: 'getLicense',
  run: async () => success({ validLicense: true, licenseType: 'Apache-2.0', isCommercial: false }),
})
