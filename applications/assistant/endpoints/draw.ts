/** Makes an image at once; the DAG does the same for those who don't want to wait. */
import { randomUUID } from 'node:crypto'
import { endpoint } from '@braid/contract/application/endpoint.ts'
import { z } from 'zod'
import { createImage } from '../models/create-image.ts'
import { imagePrompt } from '../tasks/make-image.ts'

export const draw = endpoint({
  method: 'POST',
  path: 'image',
  summary: 'Make an image of a prompt, and keep it as a record',
  input: z.object({ prompt: imagePrompt }),
  output: z.object({ image: z.string(), png: z.string().describe('Base64') }),
  handle: async ({ prompt }, context) => {
    const image = randomUUID()
    return { image, png: await createImage(image, prompt, context) }
  },
})
