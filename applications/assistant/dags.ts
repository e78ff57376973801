/** Work for models that takes longer than somebody wants to wait. */
import { dag } from '@braid/contract/application/dag.ts'
import { z } from 'zod'
import { complete, prompt } from './tasks/complete.ts'
import { imagePrompt, makeImage } from './tasks/make-image.ts'

const maxPrompts = 1_000

export const batch = dag({
  name: 'batch',
  title: 'Answer many prompts',
  description:
    'All at once, as far as the server may be asked; gives the answers in the order of the prompts',
  input: z.object({
    prompts: z.array(prompt).min(1).max(maxPrompts),
    system: z.string().max(20_000).optional().describe('Instructions for all of them'),
  }),
  build(d, { prompts, system }) {
    const answers = d.map(
      'answers',
      prompts,
      (one, part) => {
        const answer = part.task('answer', complete, { prompt: one, system }, { title: 'Answer' })
        return { prompt: one, text: answer.text }
      },
      { title: 'Each prompt' },
    )
    return { answers }
  },
})

export const image = dag({
  name: 'image',
  title: 'Make an image',
  description: 'Keeps the image as a record of this application',
  input: z.object({ prompt: imagePrompt }),
  build: (d, { prompt: text }) => d.task('made', makeImage, { prompt: text }, { title: 'Make' }),
})
