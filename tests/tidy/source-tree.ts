/** Reads the repository's own files. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { SourceTree } from './finding.ts'

const notOurs = new Set(['node_modules', 'dist', 'coverage', 'test-results', 'fixtures', 'cases'])
const visibleDotFolders = new Set(['.ci', '.github'])
const textual = /\.(ts|tsx|mjs|md|json|sql|html|css|yml|yaml|sh)$|^\.ci\/run$/
const notWritten = new Set(['package-lock.json', 'bench/package-lock.json'])

export function readTree(root: string): SourceTree {
  const tree = new Map<string, string>()
  collect(root, root, tree)
  return tree
}

function collect(root: string, folder: string, tree: Map<string, string>): void {
  for (const name of readdirSync(folder)) {
    if (notOurs.has(name) || (name.startsWith('.') && !visibleDotFolders.has(name))) continue
    const absolute = join(folder, name)
    const path = relative(root, absolute).split(sep).join('/')
    if (statSync(absolute).isDirectory()) collect(root, absolute, tree)
    else if (textual.test(path) && !notWritten.has(path)) tree.set(path, readFileSync(absolute, 'utf8'))
  }
}
