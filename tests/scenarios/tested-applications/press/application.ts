/** An application for workers without a database: a task that is done, a generator, one that only ends when it is told to. */
import { writeFileSync } from 'node:fs'
import { defineApplication } from '@braid/contract/application/application.ts'
import { dag } from '@braid/contract/application/dag.ts'
import { task } from '@braid/contract/application/task.ts'
import { z } from 'zod'

const print = task({
  name: 'print',
  input: z.object({ text: z.string() }),
  output: z.object({ printed: z.string(), by: z.int() }),
  run: ({ text }, { progress }) => {
    progress(0.5, 'half of it')
    return { printed: text.toUpperCase(), by: process.pid }
  },
})

/** Writes what happens to it into a file, for whoever looks from another process. */
const endless = task({
  name: 'endless',
  input: z.object({ file: z.string() }),
  output: z.object({}),
  retries: 0,
  run: ({ file }, { signal }) => {
    writeFileSync(file, 'begun')
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        writeFileSync(file, 'told to end')
        reject(signal.reason)
      })
    })
  },
})

export const application = defineApplication({
  name: 'press',
  tasks: [print, endless],
  dags: [
    dag({
      name: 'print',
      input: z.object({ text: z.string() }),
      build: (flow, { text }) => flow.task('printed', print, { text }),
    }),
    dag({
      name: 'endless',
      input: z.object({ file: z.string() }),
      build: (flow, { file }) => flow.task('forever', endless, { file }),
    }),
  ],
})
