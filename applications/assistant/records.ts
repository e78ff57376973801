/** What stays of images. */
import { model } from '@braid/contract/application/application.ts'
import { z } from 'zod'

/** Characters of base64: some megabytes, as a record holds them. */
export const maxImage = 4_000_000

export const image = model({
  name: 'image',
  title: 'Images',
  schema: z.object({
    prompt: z.string(),
    png: z.string().max(maxImage).describe('Base64'),
    model: z.string(),
    createdAt: z.iso.datetime(),
  }),
  label: 'prompt',
  columns: ['prompt', 'model', 'createdAt'],
})
