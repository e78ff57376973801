import type { SyntaxNode } from '@lezer/common'
import { limits } from '../base/limits.ts'
import { type Conversion, childrenOf, first, nameOf, textOf, unfit } from './conversion.ts'
import { spellName } from './known-names.ts'
import type { TypeReference } from './syntax.ts'

/** Reads a type after `instance of` or behind a parameter. */
export function convertType(
  conversion: Conversion,
  node: SyntaxNode | undefined,
  depth: number,
): TypeReference {
  const inner = node === undefined ? undefined : first(node)
  if (node === undefined || inner === undefined || depth > limits.expressionDepth) {
    unfit(conversion, node)
    return { kind: 'named', name: 'Any' }
  }
  const children = childrenOf(inner)
  const nested = (type: SyntaxNode | undefined) => convertType(conversion, type, depth + 1)
  switch (inner.name) {
    case 'ListType': {
      const item = nested(children.find((child) => child.name === 'Type'))
      return textOf(conversion, inner).startsWith('range')
        ? { kind: 'range', end: item }
        : { kind: 'list', item }
    }
    case 'ContextType': {
      const entries = children.find((child) => child.name === 'ContextEntryTypes')
      return {
        kind: 'context',
        entries: (entries === undefined ? [] : childrenOf(entries)).map((entry) => {
          const [name, type] = childrenOf(entry)
          return { name: name === undefined ? '' : nameOf(conversion, name), type: nested(type) }
        }),
      }
    }
    case 'FunctionType': {
      const parameters = children.find((child) => child.name === 'ArgumentTypes')
      return {
        kind: 'function',
        parameters: (parameters === undefined ? [] : childrenOf(parameters)).map((child) =>
          nested(first(child)),
        ),
        result: nested(children.find((child) => child.name === 'Type')),
      }
    }
    default:
      return { kind: 'named', name: spellName(textOf(conversion, inner)) }
  }
}
