/** Which version of a form or process an extension element means. */
import { describe, type Element, textOf } from './element.ts'
import type { NodeContext } from './node-context.ts'
import { quoted } from './quote.ts'

const bindings = ['latest', 'deployment', 'versionTag'] as const
export type Binding = (typeof bindings)[number]

/** Which version of a form or process is meant: `bindingType` and `versionTag` of an extension element. */
export function bindingOf(
  extension: Element | undefined,
  at: Element,
  context: NodeContext,
): { readonly binding: Binding; readonly versionTag?: string } {
  const text = textOf(extension, 'bindingType') ?? 'latest'
  const binding = bindings.find((candidate) => candidate === text)
  const versionTag = textOf(extension, 'versionTag')
  if (binding === undefined || (binding === 'versionTag' && versionTag === undefined)) {
    const came = binding === undefined ? quoted(text) : 'versionTag without one'
    const message = `expected the binding of ${describe(at)} to be latest, deployment or a version tag, got ${came}`
    context.log.error('INVALID_VALUE', at, message)
  }
  return { binding: binding ?? 'latest', ...(versionTag !== undefined && { versionTag }) }
}
