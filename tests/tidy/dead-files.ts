/** Files that nothing leads to. Tests alone do not keep a product file alive. */
import { type Finding, isScript, isTest, type SourceTree } from './finding.ts'
import { importsOf } from './imports.ts'

/** Started by Node, npm, vite or vitest, not by an import. */
const entries = [
  /^server\/src\/(main|stop|cli)\.ts$/,
  /^web\/src\/main\.tsx$/,
  /^applications\/[^/]+\/application\.ts$/,
  /\.config\.ts$/,
  // Found by the server in its folder.
  /applications\/[^/]+\/application\.ts$/,
  // What the tests of applications import, and vitest for them.
  /^server\/src\/(application-test|testing\/database-server)\.ts$/,
  /^scripts\/[^/]+\.mjs$/,
  /^tests\/support\/global-setup\.ts$/,
  /^bench\//,
  /\.d\.ts$/,
]

export function checkDeadFiles(tree: SourceTree): readonly Finding[] {
  const scripts = [...tree.keys()].filter(isScript)
  const product = reachable(
    tree,
    scripts.filter((path) => entries.some((entry) => entry.test(path)) && !isTest(path)),
  )
  const all = reachable(
    tree,
    scripts.filter((path) => product.has(path) || /\.test\.tsx?$/.test(path) || isEntry(path)),
  )
  return scripts
    .filter((path) => !(isTest(path) ? all : product).has(path))
    .map((path) => ({
      rule: 'dead-files',
      path,
      message: all.has(path) ? 'is used by tests only' : 'is used by nothing',
    }))
}

const isEntry = (path: string): boolean => entries.some((entry) => entry.test(path))

function reachable(tree: SourceTree, from: readonly string[]): ReadonlySet<string> {
  const targets = new Map<string, string[]>()
  for (const { path, target } of importsOf(tree)) {
    if (target !== undefined) targets.set(path, [...(targets.get(path) ?? []), target])
  }
  const seen = new Set(from)
  const waiting = [...from]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const target of targets.get(path) ?? []) {
      if (seen.has(target)) continue
      seen.add(target)
      waiting.push(target)
    }
  }
  return seen
}
