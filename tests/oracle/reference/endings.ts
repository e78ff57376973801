/** Events by which it shows that something is ended by force. */
import type { Event } from '@braid/core/engine/event.ts'
import type { Living } from './living.ts'
import type { Machine } from './machine.ts'

/** Whether something in the scope ends, or is waited for no longer. */
export function endsInside(machine: Machine, event: Event, scope: Living): boolean {
  for (let at = concerned(machine, event); at !== undefined; at = at.scope) if (at === scope) return true
  return false
}

function concerned(machine: Machine, event: Event): Living | undefined {
  if (event.type === 'element-terminated') return machine.living.get(event.key)
  if (event.type === 'tokens-dropped') return machine.living.get(event.scope)
  if (event.type === 'incident-resolved')
    return [...machine.living.values()].find(({ incidents }) => incidents.has(event.key))
  const key = event.type === 'call-canceled' ? event.childKey : 'key' in event ? event.key : undefined
  return key === undefined ? undefined : machine.waits.get(key)?.owner
}
