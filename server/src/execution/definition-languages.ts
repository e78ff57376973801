/** What compiles each language of definitions: one text, or texts that import each other. */
import { compileBpmn } from '@braid/core/definition/bpmn/compile.ts'
import { compileDmn } from '@braid/core/definition/dmn/compile.ts'

export const compilers = {
  bpmn: (texts: readonly string[]) => compileBpmn(texts[0] ?? ''),
  dmn: async (texts: readonly string[]) => compileDmn(texts),
} as const

export type Language = keyof typeof compilers
export type CompiledBy<L extends Language> = Awaited<ReturnType<(typeof compilers)[L]>>
