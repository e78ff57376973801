/** Asks the image model, and keeps what it made. */
import type { Services } from '@braid/contract/application/services.ts'
import { generateImage } from 'ai'
import { maxImage } from '../records.ts'
import { modelsOf } from './choose-models.ts'

/** Base64 of a PNG. */
export async function createImage(
  id: string,
  prompt: string,
  services: Services & { readonly signal: AbortSignal },
): Promise<string> {
  const { records, now, signal } = services
  const model = modelsOf(services).image
  const { image } = await generateImage({ model, prompt, abortSignal: signal, maxRetries: 0 })
  if (image.mediaType !== 'image/png')
    throw new Error(`expected a PNG of the image model, got ${image.mediaType}`)
  const png = image.base64
  if (png.length > maxImage) throw new Error(`expected an image of at most ${maxImage} characters of base64`)
  const createdAt = new Date(now()).toISOString()
  await records.put('image', id, { prompt, png, model: `${model.provider}/${model.modelId}`, createdAt })
  return png
}
