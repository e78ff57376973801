/** What operators do to running instances. The standard does not say what comes of it: only the invariants do. */
import type { Key } from '@braid/core/base/key.ts'
import type { Command, CommandType } from '@braid/core/engine/command.ts'
import type { InstanceState } from '@braid/core/engine/state.ts'
import type { Program } from '@braid/core/model/program.ts'
import type { Random } from '../simulation/random.ts'
import type { EngineDriver } from '../support/engine-driver.ts'

/** Commands that the oracle does not follow: afterwards it no longer knows the instance. */
export const unfollowed: ReadonlySet<CommandType> = new Set([
  'suspend-instance',
  'resume-instance',
  'modify-instance',
  'activate-elements',
  'migrate-instance',
])

type Operated = {
  readonly driver: EngineDriver
  readonly random: Random
  readonly programs: readonly Program[]
}

/** Any of it, at an instance drawn among those that live; refused when it makes no sense. */
export function drawOperation({ driver, random, programs }: Operated): (() => unknown) | undefined {
  const living = [...driver.instances.values()].filter(({ state }) => state.status === 'active')
  if (living.length === 0) return undefined
  const { state } = random.pick(living)
  const program = programs.find(({ processId }) => processId === state.processId)
  const kind = random.pick([
    'suspend',
    'resume',
    'activate',
    'terminate',
    'move',
    'ad-hoc',
    'migrate',
  ] as const)
  const command = program && commandOf(kind, { driver, random, state, program })
  return command && (() => driver.submit(state.key, command))
}

type At = {
  readonly driver: EngineDriver
  readonly random: Random
  readonly state: InstanceState
  readonly program: Program
}

function commandOf(
  kind: 'suspend' | 'resume' | 'activate' | 'terminate' | 'move' | 'ad-hoc' | 'migrate',
  { driver, random, state, program }: At,
): Command | undefined {
  const inner = [...state.elements.values()].filter(({ key }) => key !== state.key)
  const from: Key | undefined = inner.length === 0 ? undefined : random.pick(inner).key
  const { id: element } = random.pick(program.nodes)
  const nothing = { activate: [], terminate: [], move: [] }
  switch (kind) {
    case 'suspend':
      return { type: 'suspend-instance' }
    case 'resume':
      return { type: 'resume-instance' }
    case 'activate':
      return { type: 'modify-instance', ...nothing, activate: [{ element, variables: [] }] }
    case 'terminate':
      return from && { type: 'modify-instance', ...nothing, terminate: [{ key: from }] }
    case 'move': {
      const move = from && { from: { key: from }, to: element, ancestor: 'inferred' as const, variables: [] }
      return move && { type: 'modify-instance', ...nothing, move: [move] }
    }
    case 'ad-hoc': {
      const adHoc = inner.find((one) => program.nodes.some(isAdHoc(one.element)))
      const inside = program.nodes.filter(({ scope }) => scope !== undefined && scope === adHoc?.element)
      if (adHoc === undefined || inside.length === 0) return undefined
      const elements = [{ element: random.pick(inside).id, variables: {} }]
      const cancelRemaining = random.chance(0.3)
      return { type: 'activate-elements', elementInstanceKey: adHoc.key, elements, cancelRemaining }
    }
    case 'migrate': {
      // The same again, as a version to migrate to.
      const [current] = driver.deploy([program])
      const definitionKey = current?.key
      const elements = [...new Set(inner.map(({ element: id }) => id))]
      const mapping = elements.map((id) => ({ source: id, target: id }))
      return definitionKey && { type: 'migrate-instance', definitionKey, mapping }
    }
  }
}

const isAdHoc = (id: string) => (node: Program['nodes'][number]) =>
  node.id === id && (node.type === 'ad-hoc-sub-process' || node.type === 'loop')
