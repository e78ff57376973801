import { success } from '@braid/core/base/result.ts'
import { graphOf } from '@braid/core/definition/dag/graph.ts'
import { svgOf } from '@braid/core/definition/dag/graph-svg.ts'
import { nodeStatuses, tasksOf } from '../../store/search/dag-tasks.ts'
import { operation } from '../operation.ts'
import { openRun } from './open-run.ts'

export const getDagRunSvg = operation({
  id: 'getDagRunSvg',
  run: async (context, { params }) => {
    const opened = await openRun(context, params.dagRunKey)
    if (!opened.ok) return opened
    const { key, found, view } = opened.value
    const nodes = nodeStatuses(found.model, tasksOf(view, key, found.model), found.given)
    const states = new Map(nodes.map(({ nodeId, state }) => [nodeId, state]))
    return success(svgOf(graphOf(found.model), { title: `${found.run.dagTitle}: run ${key}`, states }))
  },
})
