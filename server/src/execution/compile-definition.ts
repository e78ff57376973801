/**
 * Compiles definitions without holding up the event loop: small ones at once, large ones in a thread. Invariants:
 * D1 at most one thread works, on one definition at a time, in the order of the calls;
 * D2 every call is answered, at the latest a deadline after its turn came;
 * D3 a thread that missed a deadline or ran out of memory is gone before the next definition's turn.
 */
import { Worker } from 'node:worker_threads'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Compiled } from '@braid/core/definition/bpmn/compile.ts'
import type { Finding } from '@braid/core/definition/bpmn/finding.ts'
import type { CompiledDagFile } from '@braid/core/definition/dag/compile-file.ts'
import type { DagFinding } from '@braid/core/definition/dag/finding.ts'
import type { TaskRegistry } from '@braid/core/definition/dag/tasks.ts'
import type { CompiledDecisions } from '@braid/core/definition/dmn/compile.ts'
import type { Finding as DecisionFinding } from '@braid/core/definition/dmn/finding.ts'
import type { Program } from '@braid/core/model/program.ts'
import type { CompileAnswer, CompileRequest } from './compile-worker.ts'
import { type CompiledBy, compilers, type Language } from './definition-languages.ts'
import { OverloadError } from './execution.ts'

export type CompileResult = Result<Compiled, readonly Finding[]>
/** `file` of a finding is the position of its text. */
export type DecisionsResult = Result<CompiledDecisions, readonly (DecisionFinding | TimeoutFinding)[]>

export type DagResult = Result<CompiledDagFile, readonly (DagFinding | TimeoutFinding)[]>

type TimeoutFinding = {
  readonly severity: 'error'
  readonly code: 'COMPILE_TIMEOUT'
  readonly message: string
  readonly file: number
  readonly elementId?: string
  readonly line?: number
}
type AnyResult = CompiledBy<Language>

export type CompilerOptions = {
  /** Characters from which on the thread compiles. The worst text of this size takes 40 ms; ordinary ones 10. */
  readonly inlineLength: number
  readonly deadlineMs: number
  /** After this long without work the thread ends and its memory is free. */
  readonly idleMs: number
  /** Definitions that may wait for the thread; each holds its text. */
  readonly maxWaiting: number
}

const defaults: CompilerOptions = {
  inlineLength: 32 * 1024,
  deadlineMs: 10_000,
  idleMs: 30_000,
  maxWaiting: 50,
}

/** Old space of the thread: a definition of the largest size needs a quarter of it. */
const maxHeapMb = 512

export type DefinitionCompiler = {
  /** Throws OverloadError when too many definitions wait. */
  compile(xml: string): Promise<CompileResult>
  /** DMN files that import each other, or one. */
  compileDecisions(texts: readonly string[]): Promise<DecisionsResult>
  /** The text of a `.dag.yaml` or `.dag.json` file. Without tasks, what nodes give to theirs is not checked. */
  compileDag(text: string, tasks?: TaskRegistry): Promise<DagResult>
  /** Ends the thread; definitions in work are refused. */
  close(): Promise<void>
}

const refusal = (message: string) =>
  failure([{ severity: 'error' as const, code: 'COMPILE_TIMEOUT' as const, message, file: 0 }])

const isOutOfMemory = (error: Error): boolean => 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'

/**
 * Asks the thread once. Resolves to `undefined` when no answer came in time or within its memory; rejects with what
 * the thread threw, which is a defect.
 */
function ask(worker: Worker, request: CompileRequest, deadlineMs: number): Promise<AnyResult | undefined> {
  return new Promise((resolve, reject) => {
    const stopListening = (): void => {
      clearTimeout(deadline)
      worker.off('message', onMessage).off('error', onError).off('exit', onEnd)
    }
    const onMessage = (answer: CompileAnswer): void => {
      if (answer.id !== request.id) return
      stopListening()
      resolve(answer.result)
    }
    const onEnd = (): void => {
      stopListening()
      resolve(undefined)
    }
    const onError = (error: Error): void => {
      stopListening()
      if (isOutOfMemory(error)) resolve(undefined)
      else reject(error)
    }
    const deadline = setTimeout(onEnd, deadlineMs)
    worker.on('message', onMessage).on('error', onError).on('exit', onEnd)
    worker.postMessage(request)
  })
}

export function createDefinitionCompiler(options: Partial<CompilerOptions> = {}): DefinitionCompiler {
  const { inlineLength, deadlineMs, idleMs, maxWaiting } = { ...defaults, ...options }
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let turn: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let requests = 0

  async function stop(): Promise<void> {
    clearTimeout(idle)
    const stopped = worker
    worker = undefined
    await stopped?.terminate()
  }

  function start(): Worker {
    const started = new Worker(new URL('./compile-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    })
    // Without a listener an error of the thread between two requests would end the process.
    started.on('error', () => {})
    started.on('exit', () => {
      if (worker === started) worker = undefined
    })
    started.unref()
    return started
  }

  async function compileInThread(
    language: Language,
    texts: readonly string[],
  ): Promise<AnyResult | ReturnType<typeof refusal>> {
    clearTimeout(idle)
    worker ??= start()
    requests += 1
    let result: AnyResult | undefined
    try {
      result = await ask(worker, { id: requests, language, texts }, deadlineMs)
    } finally {
      if (result === undefined) await stop()
    }
    if (result === undefined) {
      return refusal(
        `expected the definition to compile within ${deadlineMs / 1000} s and ${maxHeapMb} MB, it did not`,
      )
    }
    idle = setTimeout(() => void stop(), idleMs).unref()
    return result
  }

  async function compile(language: Language, texts: readonly string[]) {
    const length = texts.reduce((sum, text) => sum + text.length, 0)
    if (length <= inlineLength) return compilers[language](texts)
    if (waiting >= maxWaiting) throw new OverloadError('too many definitions wait to be compiled')
    waiting += 1
    const mine = turn.then(() => compileInThread(language, texts))
    turn = mine.catch(() => undefined)
    try {
      return await mine
    } finally {
      waiting -= 1
    }
  }

  // The answer is of the language that was asked for.
  return {
    compile: (xml) => compile('bpmn', [xml]) as Promise<CompileResult>,
    compileDecisions: (texts) => compile('dmn', texts) as Promise<DecisionsResult>,
    compileDag: (text, tasks) =>
      compile('dag', tasks === undefined ? [text] : [text, JSON.stringify([...tasks])]) as Promise<DagResult>,
    close: stop,
  }
}

const shared = createDefinitionCompiler()

/** Compiles the text of one BPMN file, like `compileBpmn`, with all callers of this process sharing one thread. */
export const compileDefinition = (xml: string): Promise<CompileResult> => shared.compile(xml)

/** The same for DMN files, like `compileDmn`. */
export const compileDecisions = (texts: readonly string[]): Promise<DecisionsResult> =>
  shared.compileDecisions(texts)

/** The same for DAGs, like `compileDagFile`. */
export const compileDag = (text: string, tasks?: TaskRegistry): Promise<DagResult> =>
  shared.compileDag(text, tasks)

/** Programs from the text that is kept of a definition, whatever its language. */
export async function compileStored(
  source: string,
  language: string | undefined,
): Promise<Result<{ readonly programs: readonly Program[] }, readonly { readonly message: string }[]>> {
  if (language !== 'dag') return compileDefinition(source)
  const compiled = await compileDag(source)
  return compiled.ok ? success({ programs: [compiled.value.program] }) : compiled
}
