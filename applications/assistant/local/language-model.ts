/**
 * Answers without a server: the sentences of the sources that share most with the question, word by word. It makes up
 * nothing and understands nothing; the same prompt gets the same answer. A prompt without sources is cut short.
 */
import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import { readPrompt, type Source } from '../models/prompt.ts'

const maxSentences = 2
const sentences = new Intl.Segmenter('en', { granularity: 'sentence' })

const common = new Set(
  `a an and are as at be but by can do does did for from had has have how i in is it its may me my no not of on or our so
   that the their them there they this to us was we were what when where which who whom whose why will with you your`.split(
    /\s+/,
  ),
)

export const localLanguageModel: LanguageModelV4 = {
  specificationVersion: 'v4',
  provider: 'local',
  modelId: 'local-extract-1',
  supportedUrls: {},
  doGenerate: async ({ prompt }) => {
    const text = answerTo(textOf(prompt))
    return {
      content: [{ type: 'text', text }],
      finishReason: { unified: 'stop', raw: undefined },
      usage: {
        inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
        outputTokens: { total: undefined, text: undefined, reasoning: undefined },
      },
      warnings: [],
    }
  },
  doStream: async () => {
    throw new Error('expected generateText: the local model answers at once')
  },
}

/** Of what the user says last. */
function textOf(prompt: LanguageModelV4CallOptions['prompt']): string {
  const last = prompt.findLast(({ role }) => role === 'user')
  if (last?.role !== 'user') return ''
  return last.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

function answerTo(prompt: string): string {
  const given = readPrompt(prompt)
  if (given === undefined) return firstSentence(prompt)
  const asked = stemsOf(given.question)
  const best = given.sources
    .flatMap(({ text }: Source, source) =>
      [...sentences.segment(text.replaceAll(/\s+/g, ' '))].map(({ segment }, order) => ({
        sentence: segment.trim(),
        source: source + 1,
        order,
      })),
    )
    .map((one) => ({ ...one, score: shared(asked, stemsOf(one.sentence)) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.source - b.source || a.order - b.order)
  const enough = (best[0]?.score ?? 0) / 2
  const chosen: typeof best = []
  for (const one of best) {
    const isKnown = chosen.some(({ sentence }) => sentence === one.sentence)
    if (chosen.length < maxSentences && one.score > enough && !isKnown) chosen.push(one)
  }
  if (chosen.length === 0) return 'I found no answer in the sources.'
  return chosen.map(({ sentence, source }) => `${sentence} [${source}]`).join(' ')
}

const firstSentence = (text: string): string => {
  for (const { segment } of sentences.segment(text.trim())) return segment.trim()
  return ''
}

/** Words without their endings, roughly: what a question asks for stands in the text in another form. */
const stemsOf = (text: string): ReadonlySet<string> =>
  new Set(
    (
      text
        .normalize('NFKD')
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu) ?? []
    )
      .filter((word) => !common.has(word))
      .map((word) => word.replace(/(?<=.{3})(?:ing|ed|es|s|e)$/, '')),
  )

/** Shared stems, less for sentences that say much else. */
function shared(asked: ReadonlySet<string>, said: ReadonlySet<string>): number {
  const both = [...asked].filter((stem) => said.has(stem)).length
  return both / Math.sqrt(1 + said.size / 8)
}
