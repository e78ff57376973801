import { compileBpmn } from '@braid/core/definition/bpmn/compile.ts'
import { afterEach, describe, expect, test } from 'vitest'
import {
  type CompilerOptions,
  createDefinitionCompiler,
  type DefinitionCompiler,
} from './compile-definition.ts'
import { OverloadError } from './execution.ts'

let compiler: DefinitionCompiler | undefined

afterEach(async () => {
  await compiler?.close()
  compiler = undefined
})

function create(options: Partial<CompilerOptions> = {}): DefinitionCompiler {
  compiler = createDefinitionCompiler(options)
  return compiler
}

const processOf = (content: string): string =>
  `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="u"><process id="P" isExecutable="true">${content}</process></definitions>`

const tasks = (count: number): string =>
  processOf(Array.from({ length: count }, (_, index) => `<task id="t${index}" />`).join(''))

/** The most processor time, in ms, that this thread spent in one turn of the event loop. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  const busyMs = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let last = busyMs()
  let longest = 0
  const look = (): void => {
    const now = busyMs()
    longest = Math.max(longest, now - last)
    last = now
  }
  const timer = setInterval(look, 1)
  await work()
  look()
  clearInterval(timer)
  return longest
}

describe('compiling definitions', () => {
  test('gives the same in the thread as inline, findings too', async () => {
    const { compile } = create({ inlineLength: 0 })
    for (const xml of [tasks(3), processOf('<task id="a" /><serviceTask id="b" />'), '<broken']) {
      expect(await compile(xml)).toEqual(await compileBpmn(xml))
    }
  })

  test('does not hold up the event loop, whether the text is good or bad', async () => {
    const { compile } = create()
    await compile(tasks(2000))
    expect(await longestTurn(() => compile(tasks(50_000)))).toBeLessThan(200)
    expect(await longestTurn(() => compile(processOf('<oops/>'.repeat(20_000))))).toBeLessThan(200)
    expect(await longestTurn(() => compile(tasks(10_000)))).toBeLessThan(200)
  })

  test('refuses 50,000 tasks', async () => {
    const result = await create().compile(tasks(50_000))
    expect(!result.ok && result.error).toMatchObject([{ code: 'DOCUMENT_TOO_COMPLEX' }])
  })

  test('answers calls that come together', async () => {
    const { compile } = create({ inlineLength: 0 })
    const results = await Promise.all([1, 2, 3].map((count) => compile(tasks(count))))
    expect(results.map((result) => result.ok && result.value.programs[0]?.nodes.length)).toEqual([2, 3, 4])
  })

  test('refuses what misses the deadline, and goes on with the next', async () => {
    // Much more than a new thread and the next definition take, on a busy machine too.
    const { compile } = create({ deadlineMs: 6_000 })
    // Each unknown element makes the parser count lines from the start: quadratic, and within all limits of size.
    const slow = compile(processOf('<oops/>'.repeat(200_000)))
    const next = compile(tasks(2000))
    const refused = await slow
    expect(!refused.ok && refused.error).toMatchObject([{ severity: 'error', code: 'COMPILE_TIMEOUT' }])
    expect(await next).toMatchObject({ ok: true })
  }, 20_000)

  test('starts a new thread after the idle one has ended', async () => {
    const { compile } = create({ inlineLength: 0, idleMs: 1 })
    await compile(tasks(1))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await compile(tasks(2))).toMatchObject({ ok: true })
  })

  test('refuses to queue without bound', async () => {
    const { compile } = create({ inlineLength: 0, maxWaiting: 2 })
    const accepted = [compile(tasks(1)), compile(tasks(2))]
    await expect(compile(tasks(3))).rejects.toBeInstanceOf(OverloadError)
    expect(await Promise.all(accepted)).toMatchObject([{ ok: true }, { ok: true }])
    expect(await compile(tasks(4))).toMatchObject({ ok: true })
  })

  test('answers what is in work when it closes', async () => {
    const { compile, close } = create({ inlineLength: 0 })
    const pending = compile(tasks(5000))
    await new Promise((resolve) => setTimeout(resolve, 20))
    await close()
    expect(await pending).toMatchObject({ ok: false })
  })
})
