/** Answers a question from what the application `documents` finds for it, and says where it stands. */
import { endpoint } from '@braid/contract/application/endpoint.ts'
import { generateText } from 'ai'
import { z } from 'zod'
import { modelsOf } from '../models/choose-models.ts'
import { instructions, namedSources, promptOf } from '../models/prompt.ts'

/** As its endpoint `search` answers. */
const found = z.object({
  results: z.array(
    z.object({
      document: z.string(),
      title: z.string(),
      source: z.string(),
      text: z.string(),
      score: z.number(),
    }),
  ),
})

export const answer = endpoint({
  method: 'POST',
  path: 'answer',
  summary: 'Answer a question from the indexed documents, with the sources',
  input: z.object({
    question: z.string().trim().min(1).max(2_000),
    collection: z.string().min(1).max(60).optional().describe('All collections unless said'),
    k: z.int().min(1).max(20).default(5).meta({ title: 'Chunks', description: 'That the model reads' }),
  }),
  output: z.object({
    answer: z.string(),
    /** What the model read; `used`: it named this one. */
    sources: z.array(
      z.object({
        number: z.int(),
        title: z.string(),
        source: z.string(),
        text: z.string(),
        score: z.number(),
        used: z.boolean(),
      }),
    ),
  }),
  handle: async ({ question, collection, k }, context) => {
    const { signal, callEndpoint } = context
    const request = { query: question, k, ...(collection === undefined ? {} : { collection }) }
    const { results } = found.parse(await callEndpoint('documents', 'search', request))
    if (results.length === 0)
      return { answer: 'Nothing is indexed that this could be answered from.', sources: [] }
    const { text } = await generateText({
      model: modelsOf(context).language,
      instructions,
      prompt: promptOf(question, results),
      abortSignal: signal,
      maxRetries: 1,
    })
    const named = new Set(namedSources(text))
    return {
      answer: text,
      sources: results.map(({ title, source, text, score }, index) => ({
        number: index + 1,
        title,
        source,
        text,
        score,
        used: named.has(index + 1),
      })),
    }
  },
})
