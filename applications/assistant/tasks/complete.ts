/** Lets the language model answer one prompt. */
import { task } from '@braid/contract/application/task.ts'
import { generateText } from 'ai'
import { z } from 'zod'
import { modelsOf } from '../models/choose-models.ts'

export const prompt = z.string().trim().min(1).max(20_000)

export const complete = task({
  name: 'complete',
  title: 'Answer a prompt',
  input: z.object({ prompt, system: z.string().max(20_000).nullish() }),
  output: z.object({ text: z.string() }),
  timeout: 'PT5M',
  retries: 4,
  backoff: 'PT2S',
  // Servers count calls: at most so many at once from all nodes.
  concurrency: 8,
  cacheFor: 'P1D',
  run: async ({ prompt, system }, context) => {
    const { text } = await generateText({
      model: modelsOf(context).language,
      prompt,
      abortSignal: context.signal,
      // Tasks are tried again by Braid, where people see it.
      maxRetries: 0,
      ...(system ? { instructions: system } : {}),
    })
    return { text }
  },
})
