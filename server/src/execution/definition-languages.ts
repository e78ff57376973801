/** What compiles each language of definitions: one text, or texts that import each other. */
import { compileBpmn } from '@braid/core/definition/bpmn/compile.ts'
import { compileDagFile } from '@braid/core/definition/dag/compile-file.ts'
import type { TaskSignature } from '@braid/core/definition/dag/tasks.ts'
import { compileDmn } from '@braid/core/definition/dmn/compile.ts'

/** A second text of a DAG: the known tasks as JSON, as `compileDag` writes them. */
export const compilers = {
  bpmn: (texts: readonly string[]) => compileBpmn(texts[0] ?? ''),
  dag: async ([text = '', tasks]: readonly string[]) =>
    compileDagFile(
      text,
      tasks === undefined ? {} : { tasks: new Map(JSON.parse(tasks) as [string, TaskSignature][]) },
    ),
  /** What scripts are run by: one process, written in BPMN. */
  script: (texts: readonly string[]) => compileBpmn(texts[0] ?? ''),
  dmn: async (texts: readonly string[]) => compileDmn(texts),
} as const

export type Language = keyof typeof compilers
export type CompiledBy<L extends Language> = Awaited<ReturnType<(typeof compilers)[L]>>
