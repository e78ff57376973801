import { simulate } from '/work/main/tests/simulation/simulate.ts'

const from = Number(process.argv[2] ?? 1),
  count = Number(process.argv[3] ?? 1)
const t0 = performance.now()
let steps = 0,
  commits = 0,
  fails = 0,
  inst = 0
const by = new Map<string, number[]>()
process.on('unhandledRejection', (e) => {
  console.log('UNHANDLED', e)
})
for (let seed = from; seed < from + count; seed++) {
  const t1 = performance.now()
  const r = await simulate(seed)
  if (performance.now() - t1 > 300 || process.env.V)
    console.log('slow', seed, r.steps, r.commits, Math.round(performance.now() - t1))
  steps += r.steps
  commits += r.commits
  inst += r.checker.instances.size
  if (r.violation) {
    fails++
    const k = r.violation.invariant + ' ' + r.violation.message.replace(/\d+/g, 'N').slice(0, 110)
    by.set(k, [...(by.get(k) ?? []), seed])
    if (count === 1) {
      console.log(JSON.stringify(r.options))
      console.log(r.tail.join('\n'))
      console.log(r.violation.message)
    }
  } else if (count === 1) console.log(r.hash, r.steps, r.commits, r.acknowledged)
}
console.log({
  steps,
  commits,
  inst,
  fails,
  ms: performance.now() - t0,
  perSeed: (performance.now() - t0) / count,
})
for (const [k, v] of [...by].sort((a, b) => b[1].length - a[1].length))
  console.log(v.length, v.slice(0, 6).join(','), k)
