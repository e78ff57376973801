/** Names of files and folders: the noun or verb they hold, in kebab-case. */
import { type Finding, isScript, type SourceTree } from './finding.ts'

const vague = /^(types?|utils?|helpers?|misc|shared|common|constants|interfaces|index)$/
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|d))?$/

export function checkFileNames(tree: SourceTree): readonly Finding[] {
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
