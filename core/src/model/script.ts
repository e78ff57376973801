/** Scripts as the work of a job: what they are written in, and the bounds that everybody keeps who takes them. */

export const scriptLanguages = [
  'python',
  'javascript',
  'typescript',
  'bash',
  'ruby',
  'go',
  'perl',
  'php',
  'lua',
] as const
export type ScriptLanguage = (typeof scriptLanguages)[number]

/** Such as 3.12. */
export const scriptVersionPattern = /^\d{1,3}(\.\d{1,3}){0,2}$/

/** Characters. */
export const maxScriptLength = 50_000
/** How long one run may take, in milliseconds. */
export const minScriptTimeoutMs = 100
export const maxScriptTimeoutMs = 600_000

/**
 * A job whose headers carry a script: `scriptFormat` (a language, perhaps with a version behind it), `script` (the
 * source), `timeoutMs`, `inputVariable` (the variable that is its input; else all are) and `resultVariable` (the
 * variable that its result becomes; else an object becomes variables).
 */
export const scriptJobType = 'braid:script'
