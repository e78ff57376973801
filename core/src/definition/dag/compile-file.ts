/** A DAG from a file to a Program. */
import { failure, type Result, success } from '../../base/result.ts'
import type { DagModel } from '../../model/dag.ts'
import { qualifyDag } from '../../model/qualify-dag.ts'
import { type CompiledDag, compileDag } from './compile.ts'
import type { DagFinding } from './finding.ts'
import { readDagFile } from './read-file.ts'
import { type TaskRegistry, withTaskOptions } from './tasks.ts'

export type CompiledDagFile = CompiledDag & {
  /** With all that the tasks say of themselves, so that it means the same later on. */
  readonly model: DagModel
}

export type CompileFileOptions = {
  readonly tasks?: TaskRegistry
  /** Whose file it is: put in front of names that say no application. */
  readonly application?: string
}

/** Findings have the line and column where they are. */
export function compileDagFile(
  text: string,
  { tasks, application }: CompileFileOptions = {},
): Result<CompiledDagFile, readonly DagFinding[]> {
  const file = readDagFile(text)
  if (!file.ok) return file
  const { positionOf } = file.value
  const named = application === undefined ? file.value.model : qualifyDag(file.value.model, application)
  const model = tasks === undefined ? named : withTaskOptions(named, tasks)
  const compiled = compileDag(model, { positionOf, ...(tasks === undefined ? {} : { tasks }) })
  return compiled.ok ? success({ ...compiled.value, model }) : failure(compiled.error)
}
