/** The state of this tab's connection to the server, for the live dot: one value, whoever reports it. */
import { useSyncExternalStore } from 'react'

export type ConnectionState = 'live' | 'reconnecting' | 'lost'

let current: ConnectionState = 'live'
const listeners = new Set<() => void>()

export function reportConnection(state: ConnectionState): void {
  if (state === current) return
  current = state
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useConnection = (): ConnectionState => useSyncExternalStore(subscribe, () => current)
