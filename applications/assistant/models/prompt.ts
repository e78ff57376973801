/** How a question and what was found for it are put to a model. */
export type Source = { readonly title: string; readonly text: string }

export const instructions =
  'Answer the question in a few sentences, from the sources alone. Name the sources that you used by their numbers, such as [1]. When the sources do not say it, say that you found no answer.'

/** Says nothing that a source could be mistaken for: its lines are set in. */
export const promptOf = (question: string, sources: readonly Source[]): string =>
  [
    ...sources.map(({ title, text }, index) => `[${index + 1}] ${oneLine(title)}\n${setIn(text)}`),
    `Question: ${oneLine(question)}`,
  ].join('\n\n')

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
const setIn = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line.trim()}`)
    .join('\n')

/** What `promptOf` put together; undefined for any other prompt. */
export function readPrompt(prompt: string): { question: string; sources: readonly Source[] } | undefined {
  const question = /(?:^|\n)Question: ([^\n]*)$/.exec(prompt)
  if (question === null) return undefined
  const sources = [
    ...prompt.slice(0, question.index).matchAll(/^\[\d+\] ([^\n]*)\n((?: {2}[^\n]*(?:\n|$))*)/gm),
  ]
  return {
    question: question[1] ?? '',
    sources: sources.map(([, title = '', text = '']) => ({
      title,
      text: text.replaceAll(/^ {2}/gm, '').trim(),
    })),
  }
}

/** Numbers of sources that an answer names, from 1, each once. */
export const namedSources = (answer: string): readonly number[] => [
  ...new Set([...answer.matchAll(/\[(\d{1,3})\]/g)].map(([, number]) => Number(number))),
]
