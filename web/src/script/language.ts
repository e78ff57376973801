import type { ExecutionDetail } from '@braid/contract/execution.ts'

export type ScriptLanguage = ExecutionDetail['language']

export const languageNames = {
  python: 'Python',
  javascript: 'JavaScript',
  typescript: 'TypeScript',
  bash: 'Bash',
  ruby: 'Ruby',
  go: 'Go',
  perl: 'Perl',
  php: 'PHP',
  lua: 'Lua',
} as const satisfies Record<ScriptLanguage, string>

/** How a script reads its input and gives its result. */
export const inputHints: Record<ScriptLanguage, string> = {
  python: 'import braid; braid.result(braid.input)',
  javascript: "import { input, result } from 'braid'",
  typescript: "import { input, result } from 'braid'",
  bash: 'cat "$BRAID_INPUT" > "$BRAID_RESULT"',
  ruby: "require 'braid'; Braid.result(Braid.input)",
  go: 'os.ReadFile(os.Getenv("BRAID_INPUT"))',
  perl: 'use Braid; Braid::result(Braid::input())',
  php: "require 'braid.php'; braid\\result(braid\\input());",
  lua: 'io.open(os.getenv("BRAID_INPUT")):read("a")',
}

/** The first is used for new files. */
const endings: Record<ScriptLanguage, readonly string[]> = {
  python: ['py'],
  javascript: ['mjs', 'js', 'cjs'],
  typescript: ['mts', 'ts'],
  bash: ['sh', 'bash'],
  ruby: ['rb'],
  go: ['go'],
  perl: ['pl', 'pm'],
  php: ['php'],
  lua: ['lua'],
}

/** Undefined: the name of the file does not tell. */
export function languageOfFile(fileName: string): ScriptLanguage | undefined {
  const ending = /\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase()
  return (Object.keys(endings) as ScriptLanguage[]).find(
    (language) => ending !== undefined && endings[language].includes(ending),
  )
}

/** A name for a file that every system takes. */
export function fileNameOf(name: string, language: ScriptLanguage): string {
  const stem = name
    .trim()
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
  return `${stem || 'script'}.${endings[language][0]}`
}
