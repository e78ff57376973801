import { type Result, success } from '@braid/core/base/result.ts'
import { graphOf } from '@braid/core/definition/dag/graph.ts'
import { dotOf } from '@braid/core/definition/dag/graph-dot.ts'
import { svgOf } from '@braid/core/definition/dag/graph-svg.ts'
import type { FoundDag } from '../../store/search/dags.ts'
import { keyOf } from '../keys.ts'
import { type Context, operation } from '../operation.ts'
import { notFound, type Refusal } from '../refusal.ts'

async function find({ reads }: Context, dagKey: string): Promise<Result<FoundDag, Refusal>> {
  const key = keyOf('DAG', dagKey)
  if (!key.ok) return key
  const found = await reads.getDag(key.value)
  return found === undefined ? notFound('DAG', dagKey) : success(found)
}

export const getDag = operation({
  id: 'getDag',
  run: async (context, { params }) => {
    const found = await find(context, params.dagKey)
    if (!found.ok) return found
    const { dag, model, source } = found.value
    const { input, variants = {}, maxActiveRuns } = model
    return success({
      ...dag,
      ...(input === undefined ? {} : { inputSchema: input }),
      variants,
      ...(maxActiveRuns === undefined ? {} : { maxActiveRuns }),
      graph: graphOf(model),
      source,
      model,
    })
  },
})

export const getDagSvg = operation({
  id: 'getDagSvg',
  run: async (context, { params }) => {
    const found = await find(context, params.dagKey)
    return found.ok ? success(svgOf(graphOf(found.value.model), { title: found.value.dag.title })) : found
  },
})

export const getDagDot = operation({
  id: 'getDagDot',
  run: async (context, { params }) => {
    const found = await find(context, params.dagKey)
    return found.ok ? success(dotOf(graphOf(found.value.model), found.value.dag.title)) : found
  },
})
