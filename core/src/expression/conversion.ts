import type { SyntaxNode } from '@lezer/common'
import type { ExpressionFinding } from './finding.ts'
import { type KnownNames, normalName, spellName } from './known-names.ts'
import type { Expression } from './syntax.ts'

/** One conversion: the source, the names it knows and the first thing found wrong. */
export type Conversion = {
  readonly source: string
  readonly known: KnownNames
  finding: ExpressionFinding | null
}

export const nothing: Expression = { kind: 'literal', value: null }

export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment' && child.name !== 'BlockComment') children.push(child)
  }
  return children
}

export const first = (node: SyntaxNode): SyntaxNode | undefined => childrenOf(node)[0]

export const textOf = (conversion: Conversion, node: SyntaxNode): string =>
  conversion.source.slice(node.from, node.to)

export function refuse(conversion: Conversion, code: string, message: string, node?: SyntaxNode): Expression {
  conversion.finding ??= node === undefined ? { code, message } : { code, message, position: node.from }
  return nothing
}

export const unfit = (conversion: Conversion, node: SyntaxNode | undefined): Expression =>
  refuse(
    conversion,
    'EXPRESSION_SYNTAX',
    node === undefined
      ? 'The expression ends where more was expected'
      : `Unexpected ${JSON.stringify(textOf(conversion, node).slice(0, 40))} at position ${node.from}`,
    node,
  )

/** A name as it was declared where that is known, else as written. */
export function nameOf(conversion: Conversion, node: SyntaxNode): string {
  const text = textOf(conversion, node)
  if (text.startsWith('`')) return text.slice(1, -1)
  return conversion.known.spellings.get(normalName(text)) ?? spellName(text)
}
