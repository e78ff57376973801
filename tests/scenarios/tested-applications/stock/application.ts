/** An application that is there to be tested, with what makes tests of applications hard: time, retries, order. */

import { defineApplication } from '@braid/contract/application/application.ts'
import { dag } from '@braid/contract/application/dag.ts'
import { task } from '@braid/contract/application/task.ts'
import { z } from 'zod'

const count = task({
  name: 'count',
  input: z.object({ shelf: z.string() }),
  output: z.object({ pieces: z.int(), at: z.int() }),
  run: ({ shelf }, { now }) => ({ pieces: shelf.length, at: now() }),
})

const order = task({
  name: 'order',
  input: z.object({ pieces: z.int() }),
  output: z.object({ ordered: z.int(), attempts: z.int() }),
  retries: 2,
  backoff: 'PT1H',
  run: ({ pieces }, { run }) => {
    if (run.attempt < 3) throw new Error('the supplier is closed')
    return { ordered: 100 - pieces, attempts: run.attempt }
  },
})

export const application = defineApplication({
  name: 'stock',
  tasks: [count, order],
  dags: [
    dag({
      name: 'refill',
      input: z.object({ shelf: z.string() }),
      build: (flow, { shelf }) => {
        const counted = flow.task('counted', count, { shelf })
        return flow.task('ordered', order, { pieces: counted.pieces })
      },
    }),
  ],
})
