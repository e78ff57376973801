/** What an operator sets, as `BRAID_APP_DOCUMENTS_<FIELD>`. */
import type { Services } from '@braid/contract/application/services.ts'
import { z } from 'zod'

export const settings = z.object({
  folder: z
    .string()
    .min(1)
    .optional()
    .describe('Folder whose files may be read, on every node that runs tasks; the sample files unless said'),
  maxBytes: z
    .int()
    .min(1_000)
    .max(50_000_000)
    .default(5_000_000)
    .describe('Bytes of one file or page; larger ones are refused'),
  chunkSize: z.int().min(100).max(8_000).default(1_000).describe('Characters of a chunk'),
  chunkOverlap: z
    .int()
    .min(0)
    .max(2_000)
    .default(150)
    .describe('Characters that a chunk repeats of the one before it, at most; half a chunk is the limit'),
  baseUrl: z
    .url()
    .optional()
    .describe(
      'An OpenAI-compatible server, such as https://api.openai.com/v1; the local embedding unless said',
    ),
  apiKey: z.string().optional().describe('Its key: $NAME of a secret'),
  embeddingModel: z.string().min(1).default('text-embedding-3-small').describe('Model of that server'),
  elasticsearchUrl: z
    .url()
    .optional()
    .describe('Elasticsearch that finds chunks; PostgreSQL does unless said'),
  elasticsearchApiKey: z.string().optional().describe('Its key: $NAME of a secret'),
})
export type Settings = z.output<typeof settings>

export const settingsOf = (services: Pick<Services, 'settings'>): Settings =>
  settings.parse(services.settings)
