/** How the languages of scripts are coloured and indented, each loaded when it is first shown. */
import { indentUnit, LanguageSupport, StreamLanguage } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import type { ScriptLanguage } from './language.ts'

const loaders: Record<ScriptLanguage, () => Promise<Extension>> = {
  python: async () => [(await import('@codemirror/lang-python')).python(), indentUnit.of('    ')],
  javascript: async () => (await import('@codemirror/lang-javascript')).javascript(),
  typescript: async () => (await import('@codemirror/lang-javascript')).javascript({ typescript: true }),
  go: async () => [(await import('@codemirror/lang-go')).go(), indentUnit.of('\t')],
  bash: async () =>
    new LanguageSupport(StreamLanguage.define((await import('@codemirror/legacy-modes/mode/shell')).shell)),
  ruby: async () =>
    new LanguageSupport(StreamLanguage.define((await import('@codemirror/legacy-modes/mode/ruby')).ruby)),
}

export const loadLanguage = (language: ScriptLanguage): Promise<Extension> => loaders[language]()
