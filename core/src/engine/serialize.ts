/** The stored form of an instance's state: compact JSON, read only by this file. */
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { KeptCommand, ParentLink } from './event.ts'
import {
  type ElementExtras,
  type ElementInstance,
  type Incident,
  type InstanceState,
  type InstanceStatus,
  noExtras,
  noTokens,
  type Wait,
} from './state.ts'

type StoredElement = readonly [
  key: Key,
  element: string,
  scope: Key | 0,
  waits: readonly Wait[],
  variables: JsonObject,
  tokens: readonly (readonly [string, number])[],
  extras?: ElementExtras,
]

type Stored = {
  readonly k: Key
  readonly d: Key
  readonly p: string
  readonly s?: InstanceStatus
  readonly up?: ParentLink
  readonly b?: string
  readonly sk?: string
  readonly e: readonly StoredElement[]
  readonly i?: readonly Incident[]
  readonly r?: JsonObject
  readonly z?: 1
  readonly q?: readonly KeptCommand[]
}

function storeElement(instance: ElementInstance): StoredElement {
  const stored = [
    instance.key,
    instance.element,
    instance.scope ?? (0 as const),
    instance.waits,
    instance.variables,
    instance.tokens.size === 0 ? [] : [...instance.tokens],
  ] as const
  return instance.extras === noExtras ? stored : [...stored, instance.extras]
}

export function serializeState(state: InstanceState): string {
  const elements: StoredElement[] = []
  for (const instance of state.elements.values()) elements.push(storeElement(instance))
  const stored: Stored = {
    k: state.key,
    d: state.definitionKey,
    p: state.processId,
    ...(state.status === 'active' ? {} : { s: state.status, r: state.result }),
    ...(state.parent === undefined ? {} : { up: state.parent }),
    ...(state.businessId === undefined ? {} : { b: state.businessId }),
    ...(state.startKey === undefined ? {} : { sk: state.startKey }),
    e: elements,
    ...(state.incidents.size === 0 ? {} : { i: [...state.incidents.values()] }),
    ...(state.suspended ? { z: 1 } : {}),
    ...(state.kept.length === 0 ? {} : { q: state.kept }),
  }
  return JSON.stringify(stored)
}

export function deserializeState(text: string): InstanceState {
  const stored = JSON.parse(text) as Stored
  const elements = new Map<Key, ElementInstance>()
  const owners = new Map<Key, Key>()
  const conditions = new Map<Key, Key>()
  for (const [key, element, scope, waits, variables, tokens, extras = noExtras] of stored.e) {
    const instance: ElementInstance = {
      key,
      element,
      scope: scope === 0 ? undefined : scope,
      extras,
      children: 0,
      tokens: tokens.length === 0 ? noTokens : new Map(tokens),
      waits,
      variables,
    }
    elements.set(key, instance)
    for (const wait of waits) {
      owners.set(wait.key, key)
      if (wait.kind === 'condition') conditions.set(wait.key, key)
    }
    // A scope is always stored before what is inside it.
    const parent = instance.scope === undefined ? undefined : elements.get(instance.scope)
    if (parent !== undefined) parent.children += 1
  }
  return {
    key: stored.k,
    definitionKey: stored.d,
    processId: stored.p,
    ...(stored.up === undefined ? {} : { parent: stored.up }),
    ...(stored.b === undefined ? {} : { businessId: stored.b }),
    ...(stored.sk === undefined ? {} : { startKey: stored.sk }),
    status: stored.s ?? 'active',
    elements,
    owners,
    conditions,
    incidents: new Map((stored.i ?? []).map((incident) => [incident.key, incident])),
    result: stored.r ?? {},
    suspended: stored.z === 1,
    kept: stored.q ?? [],
  }
}
