/** The one WebSocket of this tab, opened when the first page watches something. */
import { createLiveClient } from '@braid/contract/live-client.ts'
import { baseUrl } from '../api/client.ts'
import { reportConnection } from './connection.ts'

export const live = createLiveClient({ baseUrl })

live.onState((state) => {
  if (state === 'open') reportConnection('live')
  else if (state === 'waiting') reportConnection('reconnecting')
})
