import type { Key } from '@braid/core/base/key.ts'
import type { InstanceCommit } from '../../server/src/store/port.ts'

export const keyOf = (value: number): Key => value as Key

/** A commit that creates or moves an instance, with whatever the test is about. */
export const commitOf = (key: number, base: number, more: Partial<InstanceCommit> = {}): InstanceCommit => ({
  key: keyOf(key),
  baseVersion: base,
  version: base + 1,
  definitionKey: keyOf(77),
  processId: 'order',
  status: 'active',
  incidents: 0,
  suspended: false,
  state: `state ${base + 1}`,
  holder: null,
  at: 1_000_000 + base,
  events: [{ type: 'element-activated', key: keyOf(key), element: `task-${base}` }],
  rows: [],
  leases: [],
  claims: [],
  delivered: [],
  ...more,
})
