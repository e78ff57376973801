/** Calls and words that code may not hold, each with the place that it belongs to instead. */
import { type Finding, isProduct, isScript, isTest, lineAt, type SourceTree } from './finding.ts'
import { mask } from './mask.ts'

type Ban = {
  readonly pattern: RegExp
  readonly where: (path: string) => boolean
  readonly message: string
}

/** The browser has no clock but its own. */
const isOffBrowser = (path: string): boolean => isProduct(path) && !path.startsWith('web/')

const isConfiguration = (path: string): boolean => /\.config\.ts$/.test(path)

const bans: readonly Ban[] = [
  { pattern: /\bDate\.now\b/, where: isOffBrowser, message: 'Date.now: take the time as an argument' },
  {
    pattern: /\bnew Date(\(\)|(?!\w|\())/,
    where: isProduct,
    message: 'new Date(): take the time as an argument',
  },
  { pattern: /\bMath\.random\b/, where: isProduct, message: 'Math.random: take randomness as an argument' },
  {
    pattern: /\bprocess\.env\b/,
    where: (path) => isProduct(path) && !/^server\/src\/(main|stop|config)\.ts$/.test(path),
    message: 'process.env: settings come from server/src/config.ts',
  },
  {
    pattern: /\b(setTimeout|setInterval|setImmediate|queueMicrotask|async|await|Promise)\b/,
    where: (path) => /^core\/src\/(base|model|expression|engine)\//.test(path) && !isTest(path),
    message: 'core is pure: no timers and nothing asynchronous',
  },
  {
    pattern: /\bexport default\b/,
    where: (path) => isScript(path) && !isConfiguration(path),
    message: 'a default export: export by name',
  },
  {
    pattern: /\b(enum|namespace)\s+[A-Z]\w*\s*\{/,
    where: isScript,
    message: 'an enum or namespace: use unions and files',
  },
]

const sql =
  /^\s*(select\s[\s\S]*\bfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|(create|alter|drop)\s+(table|index|database)\s|with\s+\w+\s+as\s*\()/i

export function checkBannedCode(tree: SourceTree): readonly Finding[] {
  return [...tree]
    .filter(([path]) => isScript(path))
    .flatMap(([path, text]) => {
      const { code, strings } = mask(text)
      const calls = bans
        .filter(({ where }) => where(path))
        .flatMap(({ pattern, message }) => matches(pattern, code).map((offset) => ({ offset, message })))
      const statements = isProduct(path) && !isStore(path) ? strings : []
      const queries = statements
        .filter((string) => sql.test(string.text))
        .map(({ offset }) => ({
          offset,
          message: 'SQL: it belongs to server/src/store, or the folder store of an application',
        }))
      return [...calls, ...queries].map(({ offset, message }) => ({
        rule: 'banned-code',
        path,
        line: lineAt(text, offset),
        message,
      }))
    })
}

const isStore = (path: string): boolean =>
  path.startsWith('server/src/store/') || /^applications\/[^/]+\/store\//.test(path)

const matches = (pattern: RegExp, text: string): readonly number[] =>
  [...text.matchAll(new RegExp(pattern, 'g'))].map(({ index }) => index)
