/** Words that no file may hold, comments included. */
import { type Finding, isScript, lineAt, type SourceTree } from './finding.ts'

type Ban = { readonly pattern: RegExp; readonly where: (path: string) => boolean; readonly message: string }

const everywhere = () => true

const bans: readonly Ban[] = [
  {
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    where: isScript,
    message: 'unfinished work: finish it or open an issue',
  },
  {
    pattern: /@ts-(ignore|expect-error|nocheck)|biome-ignore|eslint-disable|\bit\.only\(|\bdescribe\.only\(/,
    where: isScript,
    message: 'a check is switched off',
  },
  {
    pattern: /(^|[\s'"`(=])\/(home|Users)\/[a-z]/,
    where: everywhere,
    message: 'a path of one person’s machine',
  },
  { pattern: /^(<{7}|>{7}) /m, where: everywhere, message: 'a merge that was not finished' },
]

/** The rule itself and its tests have to name what they look for. */
const exempt = /^tests\/tidy\//

export function checkBannedText(tree: SourceTree): readonly Finding[] {
  return [...tree]
    .filter(([path]) => !exempt.test(path))
    .flatMap(([path, text]) =>
      bans
        .filter(({ where }) => where(path))
        .flatMap(({ pattern, message }) => {
          const match = pattern.exec(text)
          return match === null
            ? []
            : [{ rule: 'banned-text', path, line: lineAt(text, match.index), message }]
        }),
    )
}
