/**
 * Vectors without a server: words and the threes of letters in them, hashed. Texts that share words, or forms of them,
 * are close; meaning is beyond it. The same text gives the same vector everywhere.
 */
import type { EmbeddingModelV4 } from '@ai-sdk/provider'

export const localDimensions = 256

export const localEmbedding: EmbeddingModelV4 = {
  specificationVersion: 'v4',
  provider: 'local',
  modelId: 'local-ngrams-1',
  maxEmbeddingsPerCall: undefined,
  supportsParallelCalls: true,
  doEmbed: async ({ values }) => ({ embeddings: values.map(vectorOf), warnings: [] }),
}

/** Words weigh more than their parts. */
const weights = { word: 1, part: 0.35 }

function vectorOf(text: string): number[] {
  const vector = new Array<number>(localDimensions).fill(0)
  const counts = new Map<string, number>()
  for (const [word] of plain(text).matchAll(/[\p{L}\p{N}]+/gu)) {
    count(counts, `=${word}`)
    const framed = `<${word}>`
    for (let at = 0; at + 3 <= framed.length; at += 1) count(counts, framed.slice(at, at + 3))
  }
  for (const [feature, times] of counts) {
    const hash = fnv1a(feature)
    // One bit decides the sign, so that features that share a place cancel out as often as they add up.
    const weight = (feature.startsWith('=') ? weights.word : weights.part) * (1 + Math.log(times))
    const place = (hash >>> 1) % localDimensions
    vector[place] = (vector[place] ?? 0) + ((hash & 1) === 0 ? weight : -weight)
  }
  return vector
}

const count = (counts: Map<string, number>, feature: string): void => {
  counts.set(feature, (counts.get(feature) ?? 0) + 1)
}

/** Without accents and case. */
const plain = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** FNV-1a, 32 bits, and a last mixing (of MurmurHash3) that spreads what short texts have in common. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
