/** Every process of the grammar is BPMN: written as XML and compiled, it is itself again. */
import { isDeepStrictEqual } from 'node:util'
import { compileBpmn } from '@braid/core/definition/bpmn/compile.ts'
import { writeBpmn } from '@braid/core/definition/bpmn-writer/write-bpmn.ts'
import type { Program } from '@braid/core/model/program.ts'
import { expect, it } from 'vitest'
import { programsOf } from './run-seed.ts'

/** Nodes of a scope follow it in a file; a Program may name them in any order. */
const inAnyOrder = (program: Program): Program => ({
  ...program,
  nodes: program.nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  flows: program.flows.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
})

it.each([1, 101, 201, 301, 401])(
  'is the same after XML, for seeds from %i',
  async (from) => {
    for (let seed = from; seed < from + 100; seed++) {
      for (const program of programsOf(seed)) {
        const compiled = await compileBpmn(writeBpmn(program))
        if (!compiled.ok) return expect.fail(`seed ${seed}: ${JSON.stringify(compiled.error)}`)
        const written = compiled.value.programs.map(inAnyOrder)
        if (!isDeepStrictEqual(written, [inAnyOrder(program)]))
          expect(written, `seed ${seed}`).toEqual([inAnyOrder(program)])
      }
    }
  },
  60_000,
)
