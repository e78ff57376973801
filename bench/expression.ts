/**
 * `npm run expression`: evaluations per second of Braid's FEEL beside feelin, in this process: each round measures every
 * form of every expression once, one after another. feelin has no prepared form, its calls parse the text each time;
 * Braid is measured prepared (as processes and decisions run it) and with parsing included.
 */
import { evaluate, unaryTest } from 'feelin'
import {
  type CompiledExpression,
  type CompiledUnaryTests,
  compileExpression,
  compileUnaryTests,
} from '../core/src/expression/expression.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 7)
const warmUpMs = 100
const measureMs = 300

const variables: Readonly<Record<string, string | number | readonly number[]>> = {
  amount: 250,
  status: 'x',
  rate: 0.075,
  items: [3, 1, 4, 1, 5, 9, 2, 6],
}
const input = 250
const context = { variables: (name: string) => variables[name], now: 0 }

type Subject = {
  readonly source: string
  readonly kind: 'expression' | 'unary tests'
}

const subjects: readonly Subject[] = [
  { kind: 'expression', source: 'amount > 100 and status = "x"' },
  { kind: 'expression', source: 'amount * (1 + rate) - 0.1' },
  { kind: 'expression', source: 'sum(for i in items[item > 2] return i * i)' },
  { kind: 'unary tests', source: '< 10, [100..300)' },
]

type Form = { readonly name: string; readonly run: () => unknown }

function formsOf({ source, kind }: Subject): readonly Form[] {
  if (kind === 'unary tests') {
    const prepared = prepareTests(source)
    return [
      { name: 'braid, prepared', run: () => prepared.test({ ...context, input }) },
      { name: 'braid, parsed each time', run: () => prepareTests(source).test({ ...context, input }) },
      { name: 'feelin, parsed each time', run: () => unaryTest(source, { '?': input }).value },
    ]
  }
  const prepared = prepare(source)
  return [
    { name: 'braid, prepared', run: () => prepared.evaluate(context) },
    { name: 'braid, parsed each time', run: () => prepare(source).evaluate(context) },
    { name: 'feelin, parsed each time', run: () => evaluate(source, variables).value },
  ]
}

function prepare(source: string): CompiledExpression {
  const compiled = compileExpression(source)
  if (!compiled.ok) throw new Error(compiled.error.message)
  return compiled.value
}

function prepareTests(source: string): CompiledUnaryTests {
  const compiled = compileUnaryTests(source)
  if (!compiled.ok) throw new Error(compiled.error.message)
  return compiled.value
}

/** What a form gives, without the `Result` around it; all forms of one subject must agree. */
function answerOf({ run }: Form): string {
  const answer = run()
  const plain = typeof answer === 'object' && answer !== null && 'value' in answer ? answer.value : answer
  return JSON.stringify(plain)
}

/** Keeps results alive, so that no evaluation is optimised away. */
let kept: unknown

function perSecond(run: () => unknown): number {
  const loop = (ms: number): number => {
    const begin = performance.now()
    let count = 0
    let elapsed = 0
    for (; elapsed < ms; elapsed = performance.now() - begin) {
      for (let left = 64; left > 0; left--) kept = run()
      count += 64
    }
    return (count / elapsed) * 1_000
  }
  loop(warmUpMs)
  return loop(measureMs)
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const grouped = (value: number): string => Math.round(value).toLocaleString('en-US')

const table = subjects.map((subject) => ({ subject, forms: formsOf(subject) }))
for (const { subject, forms } of table) {
  const answers = new Set(forms.map(answerOf))
  if (answers.size !== 1)
    throw new Error(`${subject.source}: different answers ${[...answers].join(' and ')}`)
}

const figures = new Map<Form, number[]>()
for (let round = 0; round < rounds; round++) {
  for (const { forms } of table) {
    for (const form of forms) figures.set(form, [...(figures.get(form) ?? []), perSecond(form.run)])
  }
}

console.log(`Evaluations per second, Node ${process.version}, median of ${rounds} rounds (least to most)`)
for (const { subject, forms } of table) {
  console.log(`\n${subject.kind}: ${subject.source}`)
  const reference = median(figures.get(forms.at(-1)!) ?? [])
  for (const form of forms) {
    const values = figures.get(form) ?? []
    const spread = `${grouped(Math.min(...values))} to ${grouped(Math.max(...values))}`
    const ratio = (median(values) / reference).toFixed(1)
    console.log(
      `  ${form.name.padEnd(26)} ${grouped(median(values)).padStart(12)}  (${spread})  ${ratio} x feelin`,
    )
  }
}
if (kept === undefined) throw new Error('nothing was evaluated')
