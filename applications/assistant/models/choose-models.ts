/** The models that the settings name: of an OpenAI-compatible server, or the local ones. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { ImageModelV4, LanguageModelV4 } from '@ai-sdk/provider'
import type { Services } from '@braid/contract/application/services.ts'
import { localImageModel } from '../local/image-model.ts'
import { localLanguageModel } from '../local/language-model.ts'
import { settingsOf } from '../settings.ts'

export type Models = {
  readonly language: LanguageModelV4
  readonly image: ImageModelV4
}

export function modelsOf(services: Pick<Services, 'settings' | 'secret' | 'fetch' | 'now'>): Models {
  const { baseUrl, languageModel, imageModel } = settingsOf(services)
  if (baseUrl === undefined) return { language: localLanguageModel, image: localImageModel(services.now) }
  const apiKey = services.secret('apiKey')
  const provider = createOpenAICompatible({
    name: new URL(baseUrl).host,
    baseURL: baseUrl,
    fetch: services.fetch,
    ...(apiKey === undefined ? {} : { apiKey }),
  })
  return { language: provider.languageModel(languageModel), image: provider.imageModel(imageModel) }
}
