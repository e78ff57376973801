/** Vectors for texts, by the server that the settings name or by the local embedding: both through the `ai` library. */

import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { EmbeddingModelV4 } from '@ai-sdk/provider'
import type { Services } from '@braid/contract/application/services.ts'
import { embedMany } from 'ai'
import { settingsOf } from '../settings.ts'
import { localEmbedding } from './local-embedding.ts'

export type Embedder = {
  /** Vectors of different models can't be compared. */
  readonly model: string
  /** Unit vectors, in the order of the texts. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]>
}

export function embedderOf(services: Pick<Services, 'settings' | 'secret' | 'fetch'>): Embedder {
  const model = modelOf(services)
  return {
    model: `${model.provider}/${model.modelId}`,
    embed: async (texts, signal) => {
      // Tasks are tried again by Braid, where people see it.
      const { embeddings } = await embedMany({
        model,
        values: [...texts],
        abortSignal: signal,
        maxRetries: 0,
      })
      return embeddings.map(unit)
    },
  }
}

function modelOf({
  settings,
  secret,
  fetch,
}: Pick<Services, 'settings' | 'secret' | 'fetch'>): EmbeddingModelV4 {
  const { baseUrl, embeddingModel } = settingsOf({ settings })
  if (baseUrl === undefined) return localEmbedding
  const apiKey = secret('apiKey')
  const provider = createOpenAICompatible({
    name: new URL(baseUrl).host,
    baseURL: baseUrl,
    fetch,
    ...(apiKey === undefined ? {} : { apiKey }),
  })
  return provider.embeddingModel(embeddingModel)
}

/** A text without words has a vector of zeros, which is near to nothing. */
function unit(vector: readonly number[]): readonly number[] {
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((value) => value / length)
}
