/** Who imports whom. */
import { posix } from 'node:path'
import { isScript, lineAt, type SourceTree } from './finding.ts'
import { mask } from './mask.ts'

export type Import = {
  readonly path: string
  readonly line: number
  readonly specifier: string
  /** The file of the tree that is meant; undefined for packages and for files that the tree lacks. */
  readonly target: string | undefined
}

const seen = new WeakMap<SourceTree, readonly Import[]>()

/** Static and dynamic imports, re-exports, and files named by `new URL(…, import.meta.url)` such as workers. */
export function importsOf(tree: SourceTree): readonly Import[] {
  const known = seen.get(tree)
  if (known !== undefined) return known
  const found = [...tree]
    .filter(([path]) => isScript(path))
    .flatMap(([path, text]) => importsIn(path, text, tree))
  seen.set(tree, found)
  return found
}

const before = /(\bfrom|\bimport|\bimport\s*\(|\bnew URL\()\s*$/

function importsIn(path: string, text: string, tree: SourceTree): readonly Import[] {
  const { code, strings } = mask(text)
  return strings
    .filter(({ offset }) => before.test(code.slice(Math.max(0, offset - 40), offset - 1)))
    .map(({ offset, text: specifier }) => ({
      path,
      line: lineAt(text, offset),
      specifier,
      target: resolve(path, specifier, tree),
    }))
}

function resolve(from: string, specifier: string, tree: SourceTree): string | undefined {
  const path = specifier.startsWith('.')
    ? posix.join(posix.dirname(from), specifier)
    : specifier.replace(/^@braid\/([^/]+)\//, '$1/src/')
  return tree.has(path) ? path : undefined
}

/** The package that a specifier names: two parts for scoped ones. Undefined for files. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.')) return undefined
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]
}
