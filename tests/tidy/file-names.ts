/** Names of files and folders: the noun or verb they hold, in kebab-case. Each migration has a number of its own. */
import { type Finding, isScript, type SourceTree } from './finding.ts'

const vague = /^(types?|utils?|helpers?|misc|shared|common|constants|interfaces|index)$/
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|d))?$/

const migration = /^server\/src\/store\/migrations\/\d{4}_/

export const checkFileNames = (tree: SourceTree): readonly Finding[] => [
  ...checkNames(tree),
  ...checkNumbers(tree),
]

function checkNames(tree: SourceTree): readonly Finding[] {
  return [...tree.keys()].filter(isScript).flatMap((path) => {
    const folders = path.split('/')
    const name = (folders.pop() ?? '').replace(/\.(ts|tsx|mjs)$/, '')
    const bad = [...folders, name.replace(/\.test$/, '')].find((part) => vague.test(part))
    const messages = [
      ...(bad === undefined ? [] : [`"${bad}" says nothing: name what it holds`]),
      ...(kebab.test(name) ? [] : [`"${name}" is not kebab-case`]),
    ]
    return messages.map((message) => ({ rule: 'file-names', path, message }))
  })
}

/** Two that were written at the same time: every server would refuse to start. */
function checkNumbers(tree: SourceTree): readonly Finding[] {
  const numbered = Map.groupBy(tree.keys(), (path) => migration.exec(path)?.[0] ?? '')
  numbered.delete('')
  return [...numbered.values()].flatMap(([first, ...others]) =>
    others.map((path) => ({ rule: 'file-names', path, message: `has the number of ${first}` })),
  )
}
