/** How the languages of scripts are coloured and indented, each loaded when it is first shown. */
import { indentUnit, LanguageSupport, StreamLanguage, type StreamParser } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import type { ScriptLanguage } from './language.ts'

const simple = <State>(parser: StreamParser<State>): LanguageSupport =>
  new LanguageSupport(StreamLanguage.define(parser))

const loaders: Record<ScriptLanguage, () => Promise<Extension>> = {
  python: async () => [(await import('@codemirror/lang-python')).python(), indentUnit.of('    ')],
  javascript: async () => (await import('@codemirror/lang-javascript')).javascript(),
  typescript: async () => (await import('@codemirror/lang-javascript')).javascript({ typescript: true }),
  go: async () => [(await import('@codemirror/lang-go')).go(), indentUnit.of('\t')],
  bash: async () => simple((await import('@codemirror/legacy-modes/mode/shell')).shell),
  ruby: async () => simple((await import('@codemirror/legacy-modes/mode/ruby')).ruby),
  perl: async () => simple((await import('@codemirror/legacy-modes/mode/perl')).perl),
  lua: async () => simple((await import('@codemirror/legacy-modes/mode/lua')).lua),
  // Close enough: names, texts, comments and blocks are those of C.
  php: async () => simple((await import('@codemirror/legacy-modes/mode/clike')).c),
}

export const loadLanguage = (language: ScriptLanguage): Promise<Extension> => loaders[language]()
