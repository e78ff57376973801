/** Makes a small pattern of a prompt without a server: mirrored squares, as the hash of the text says. */
import { createHash } from 'node:crypto'
import type { ImageModelV4 } from '@ai-sdk/provider'
import { encodePng } from './png.ts'

const cells = 8
const cellPixels = 16

/** `now`: milliseconds since 1970. */
export const localImageModel = (now: () => number): ImageModelV4 => ({
  specificationVersion: 'v4',
  provider: 'local',
  modelId: 'local-pattern-1',
  maxImagesPerCall: 1,
  doGenerate: async ({ prompt = '', seed = 0 }) => ({
    images: [
      draw(
        createHash('sha256')
          .update(JSON.stringify([prompt, seed]))
          .digest(),
      ),
    ],
    warnings: [],
    response: { timestamp: new Date(now()), modelId: 'local-pattern-1', headers: undefined },
  }),
})

function draw(hash: Uint8Array): Uint8Array {
  const bytes = (at: number): number => hash[at % hash.length] ?? 0
  const colour = (at: number): readonly number[] => [bytes(at), bytes(at + 1), bytes(at + 2)]
  const palette = [[246, 246, 242], colour(0), colour(3)]
  const size = cells * cellPixels
  return encodePng(size, size, (x, y) => {
    const column = Math.floor(x / cellPixels)
    const mirrored = Math.min(column, cells - 1 - column)
    const cell = bytes(6 + mirrored * cells + Math.floor(y / cellPixels))
    return palette[cell % palette.length] ?? []
  })
}
