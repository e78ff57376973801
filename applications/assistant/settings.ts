/** What an operator sets, as `BRAID_APP_ASSISTANT_<FIELD>`. */
import type { Services } from '@braid/contract/application/services.ts'
import { z } from 'zod'

export const settings = z.object({
  baseUrl: z
    .url()
    .optional()
    .describe('An OpenAI-compatible server, such as https://api.openai.com/v1; the local models unless said'),
  apiKey: z.string().optional().describe('Its key: $NAME of a secret'),
  languageModel: z.string().min(1).default('gpt-4o-mini').describe('Model of that server that answers'),
  imageModel: z.string().min(1).default('gpt-image-1').describe('Model of that server that makes images'),
})

export const settingsOf = (services: Pick<Services, 'settings'>): z.output<typeof settings> =>
  settings.parse(services.settings)
