/** `braid new application NAME`: a folder with a task, a DAG, a model and a test, which loads and runs as it is. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError, type Verb } from './verb.ts'

const folder = 'applications'
const name = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const maxName = 50

export const newApplication: Verb = {
  usage: 'new application NAME',
  run: async (args) => {
    const [kind, given, ...more] = args
    if (kind !== 'application' || given === undefined || more.length > 0) {
      throw new UsageError('expected: new application NAME')
    }
    if (!name.test(given) || given.length > maxName) {
      throw new UsageError(
        `expected a name of up to ${maxName} lower-case letters, digits and single -, got ${given}`,
      )
    }
    const target = join(folder, given)
    await mkdir(folder, { recursive: true })
    try {
      await mkdir(target)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
        throw new UsageError(`${target} is there already: take another name`)
      }
      throw error
    }
    for (const [file, text] of Object.entries(filesOf(given))) await writeFile(join(target, file), text)
    console.log(`${target} is there. With npm start running it is loaded now; its DAG is ${given}/greet-all.`)
    return 0
  },
}

const filesOf = (application: string): Readonly<Record<string, string>> => ({
  'package.json': `${JSON.stringify({ name: `@applications/${application}`, version: '0.1.0', private: true, type: 'module' }, undefined, 2)}\n`,
  'application.ts': `import { defineApplication, model } from '@braid/contract/application/application.ts'
import { z } from 'zod'
import { greetAll } from './greet-all.ts'
import { greet } from './greet.ts'

const person = model({
  name: 'person',
  title: 'People',
  label: 'name',
  schema: z.object({ name: z.string().min(1), email: z.email().optional() }),
})

export const application = defineApplication({
  name: '${application}',
  models: [person],
  tasks: [greet],
  dags: [greetAll],
})
`,
  'greet.ts': `import { task } from '@braid/contract/application/task.ts'
import { z } from 'zod'

export const greet = task({
  name: 'greet',
  input: z.object({ name: z.string().min(1) }),
  output: z.object({ greeting: z.string() }),
  timeout: 'PT10S',
  run: ({ name }) => ({ greeting: \`Hello, \${name}!\` }),
})
`,
  'greet-all.ts': `import { dag } from '@braid/contract/application/dag.ts'
import { z } from 'zod'
import { greet } from './greet.ts'

/** Greets everybody at the same time, and gives the greetings in the order of the names. */
export const greetAll = dag({
  name: 'greet-all',
  title: 'Greet all',
  input: z.object({ names: z.array(z.string()) }),
  build(d, { names }) {
    const greetings = d.map('each', names, (name, inside) => inside.task('greet', greet, { name }).greeting)
    return { greetings }
  },
})
`,
  'greet.test.ts': `import { expect, test } from 'vitest'
import { greet } from './greet.ts'

test('takes a name that is not empty', () => {
  expect(greet.input.safeParse({ name: 'Ada' }).success).toBe(true)
  expect(greet.input.safeParse({ name: '' }).success).toBe(false)
})
`,
})
