import type { Program, StartEventNode, Trigger } from '@braid/core/model/program.ts'

/** A process that consists of start events only. */
export function programOf(
  processId: string,
  starts: Readonly<Record<string, Trigger>> = { start: { kind: 'none' } },
  more: Partial<Program> = {},
): Program {
  const nodes = Object.entries(starts).map(
    ([id, trigger]): StartEventNode => ({
      type: 'start-event',
      id,
      sourceType: 'startEvent',
      scope: processId,
      incoming: [],
      outgoing: [],
      inputs: [],
      outputs: [],
      trigger,
      interrupting: true,
    }),
  )
  const ids = nodes.map((node) => node.id)
  return {
    format: 2,
    processId,
    nodes: [
      {
        type: 'process',
        id: processId,
        sourceType: 'process',
        incoming: [],
        outgoing: [],
        inputs: [],
        outputs: [],
        starts: ids.filter((id) => starts[id]?.kind === 'none'),
        triggeredStarts: ids.filter((id) => starts[id]?.kind !== 'none'),
        eventSubProcesses: [],
      },
      ...nodes,
    ],
    flows: [],
    ...more,
  }
}
