/** Makes an image and keeps it as a record; only the id travels. */
import { task } from '@braid/contract/application/task.ts'
import { z } from 'zod'
import { createImage } from '../models/create-image.ts'

export const imagePrompt = z.string().trim().min(1).max(4_000)

export const makeImage = task({
  name: 'make-image',
  title: 'Make an image',
  input: z.object({ prompt: imagePrompt }),
  output: z.object({ image: z.string(), bytes: z.int() }),
  timeout: 'PT5M',
  retries: 3,
  backoff: 'PT2S',
  concurrency: 2,
  run: async ({ prompt }, context) => {
    const id = context.run.taskKey
    const png = await createImage(id, prompt, context)
    return { image: id, bytes: Buffer.byteLength(png, 'base64') }
  },
})
