import { success } from '@braid/core/base/result.ts'
import { silenceMs } from '../../execution/membership.ts'
import { operation } from '../operation.ts'

/** Every node can run every instance, so in the words of Camunda 8 there is one partition that all of them lead. */
export const getTopology = operation({
  id: 'getTopology',
  run: async ({ nodes, now, port, version }) => {
    // A stopped node is remembered for a while.
    const alive = (await nodes()).filter(({ seenAt }) => now() - seenAt <= silenceMs)
    const partition = { partitionId: 1, role: 'leader', health: 'healthy' } as const
    return success({
      brokers: alive.map(({ name }, index) => ({
        nodeId: index,
        host: name,
        // Nodes do not tell each other where they listen.
        port: port(),
        version,
        partitions: [partition],
      })),
      clusterSize: alive.length,
      partitionsCount: 1,
      replicationFactor: 1,
      gatewayVersion: version,
      lastCompletedChangeId: '-1',
    })
  },
})
