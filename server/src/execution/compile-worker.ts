/** The thread that compiles large definitions. One request at a time; the answer carries the request's number. */
import { parentPort } from 'node:worker_threads'
import { type CompiledBy, compilers, type Language } from './definition-languages.ts'

export type CompileRequest = {
  readonly id: number
  readonly language: Language
  readonly texts: readonly string[]
}
export type CompileAnswer = { readonly id: number; readonly result: CompiledBy<Language> }

parentPort?.on('message', async ({ id, language, texts }: CompileRequest) => {
  parentPort?.postMessage({ id, result: await compilers[language](texts) } satisfies CompileAnswer)
})
