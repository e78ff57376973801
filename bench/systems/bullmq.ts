/** BullMQ: a flow whose parent waits for its children, on Redis with its append-only file synced at each write. */
import { FlowProducer, QueueEvents, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { measureMaps, report } from '../workload.ts'
import { startRedis } from './redis.ts'

const redis = await startRedis()
// Workers and listeners block, each on a connection of its own.
const connection = new Redis({ host: '127.0.0.1', port: redis.port, maxRetriesPerRequest: null })
connection.setMaxListeners(100)
const flows = new FlowProducer({ connection })
const events = new QueueEvents('joins', { connection })
const nothing = async (): Promise<void> => undefined
// Children at a time in one worker: beyond, it gets no faster.
const workers = [
  new Worker('tasks', nothing, { connection, concurrency: 1_000 }),
  new Worker('joins', nothing, { connection, concurrency: 100 }),
]
await Promise.all([events.waitUntilReady(), ...workers.map((worker) => worker.waitUntilReady())])

const tidy = { removeOnComplete: true }
report(
  await measureMaps((width) => async () => {
    const children = Array.from({ length: width }, () => ({ name: 'task', queueName: 'tasks', opts: tidy }))
    const { job } = await flows.add({ name: 'join', queueName: 'joins', children })
    await job.waitUntilFinished(events, 120_000)
  }),
)
await Promise.all(workers.map((worker) => worker.close()))
await Promise.all([events.close(), flows.close()])
await redis.stop()
process.exit(0)
