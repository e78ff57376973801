/** The thread that compiles large definitions. One request at a time; the answer carries the request's number. */
import { parentPort } from 'node:worker_threads'
import { compileBpmn } from '@braid/core/definition/bpmn/compile.ts'

export type CompileRequest = { readonly id: number; readonly xml: string }
export type CompileAnswer = { readonly id: number; readonly result: Awaited<ReturnType<typeof compileBpmn>> }

parentPort?.on('message', async ({ id, xml }: CompileRequest) => {
  parentPort?.postMessage({ id, result: await compileBpmn(xml) } satisfies CompileAnswer)
})
