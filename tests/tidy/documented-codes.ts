/** Every code that a person may meet has an entry in the documentation. */
import { type Finding, isProduct, lineAt, type SourceTree } from './finding.ts'

const page = 'docs/errors.md'
/** Members of the union types named `…Code` and `IncidentType`, and keys of the table of problems. */
const union =
  /^export type (?:\w*Code|IncidentType) =\n((?:\s*(?:\/\*\*[\s\S]*?\*\/|\||'[A-Z][A-Z0-9_]+'))+)/gm
const table = /export const problemCodes = \{\n([\s\S]*?)\n\} as const/g

export function checkDocumentedCodes(tree: SourceTree): readonly Finding[] {
  const documentation = tree.get(page) ?? ''
  return [...tree]
    .filter(([path]) => isProduct(path))
    .flatMap(([path, text]) =>
      codesIn(text)
        .filter(({ code }) => !documentation.includes(`\`${code}\``))
        .map(({ code, offset }) => ({
          rule: 'documented-codes',
          path,
          line: lineAt(text, offset),
          message: `${code} has no entry in ${page}`,
        })),
    )
}

export function codesIn(text: string): readonly { readonly code: string; readonly offset: number }[] {
  return [...within(text, union, /'([A-Z][A-Z0-9_]+)'/g), ...within(text, table, /^ {2}([A-Z][A-Z0-9_]+):/gm)]
}

function within(text: string, block: RegExp, entry: RegExp) {
  return [...text.matchAll(block)].flatMap((match) => {
    const body = match[1] ?? ''
    const offset = match.index + match[0].indexOf(body)
    return [...body.matchAll(entry)].map((found) => ({ code: found[1] ?? '', offset: offset + found.index }))
  })
}
