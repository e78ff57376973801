/** An application whose tasks tell and ask another process by files: what they do there can be seen and timed. */
import { once } from 'node:events'
import { appendFileSync, existsSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineApplication } from '@braid/contract/application/application.ts'
import { dag } from '@braid/contract/application/dag.ts'
import { task } from '@braid/contract/application/task.ts'
import { z } from 'zod'

/** Resolves once the folder has the file. */
const appears = (folder: string, file: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const look = (): void => {
      if (!existsSync(join(folder, file))) return
      watcher.close()
      resolve()
    }
    const watcher = watch(folder, look)
    signal.addEventListener('abort', () => {
      watcher.close()
      reject(signal.reason)
    })
    look()
  })

const climbed = z.object({ folder: z.string(), steps: z.int(), atOnce: z.int() })

/** Says so many steps at once, then waits until somebody has seen them all. */
const climb = task({
  name: 'climb',
  input: climbed,
  output: z.object({ by: z.int() }),
  run: async ({ folder, steps, atOnce }, { progress, signal }) => {
    for (let step = 1; step <= steps; step += 1) {
      progress(step / steps, `step ${step}`)
      if (step % atOnce === 0) await appears(folder, `seen-${step}`, signal)
    }
    return { by: process.pid }
  },
})

const place = z.object({ folder: z.string() })

/** Ends only when it is told to, and has a result all the same. */
const listen = task({
  name: 'listen',
  input: place,
  output: z.object({ by: z.int() }),
  retries: 0,
  run: async ({ folder }, { signal, now }) => {
    writeFileSync(join(folder, 'begun'), String(process.pid))
    await once(signal, 'abort')
    writeFileSync(join(folder, 'aborted-at'), String(now()))
    return { by: process.pid }
  },
})

const hold = task({
  name: 'hold',
  input: place,
  output: z.object({ by: z.int() }),
  run: async ({ folder }, { signal }) => {
    appendFileSync(join(folder, 'begun'), `${process.pid}\n`)
    await appears(folder, 'may-end', signal)
    return { by: process.pid }
  },
})

export const application = defineApplication({
  name: 'relay',
  tasks: [climb, listen, hold],
  dags: [
    dag({ name: 'climb', input: climbed, build: (flow, input) => flow.task('work', climb, input) }),
    dag({ name: 'listen', input: place, build: (flow, input) => flow.task('work', listen, input) }),
    dag({ name: 'hold', input: place, build: (flow, input) => flow.task('work', hold, input) }),
  ],
})
