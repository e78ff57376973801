/** Files that import each other in a circle, types included: such a group can only be read as a whole. */
import { type Finding, isProduct, type SourceTree } from './finding.ts'
import { importsOf } from './imports.ts'

export function checkCycles(tree: SourceTree): readonly Finding[] {
  const graph = new Map<string, string[]>()
  for (const { path, target } of importsOf(tree)) {
    if (target === undefined || !isProduct(path) || !isProduct(target)) continue
    graph.set(path, [...(graph.get(path) ?? []), target])
  }
  const done = new Set<string>()
  const findings: Finding[] = []
  for (const path of graph.keys()) visit(path, [], graph, done, findings)
  return findings
}

function visit(
  path: string,
  trail: readonly string[],
  graph: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
  findings: Finding[],
): void {
  const begin = trail.indexOf(path)
  if (begin >= 0) {
    findings.push({ rule: 'cycles', path, message: [...trail.slice(begin), path].join(' → ') })
    return
  }
  if (done.has(path)) return
  for (const target of graph.get(path) ?? []) visit(target, [...trail, path], graph, done, findings)
  done.add(path)
}
