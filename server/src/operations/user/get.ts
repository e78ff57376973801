import { success } from '@braid/core/base/result.ts'
import { operation } from '../operation.ts'
import { noSuchUser } from './find.ts'

export const getUser = operation({
  id: 'getUser',
  run: async ({ reads }, { params: { username } }) => {
    const user = await reads.getUser(username)
    return user === undefined ? noSuchUser(username) : success(user)
  },
})
