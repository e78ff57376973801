/** What an OpenAI-compatible server answers to the calls that applications make. Vectors are counts of letters. */
import { type Reply, type SmallServer, startHttpServer } from './http-server.ts'

export const openAiKey = 'sk-test-0123456789'
/** One pixel. */
export const onePixelPng =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

type Message = { readonly role: string; readonly content: string | readonly { readonly text?: string }[] }

const textOf = ({ content }: Message): string =>
  typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('')

const lettersOf = (text: string): readonly number[] =>
  [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => text.toLowerCase().split(letter).length - 1)

/** `complete`: what the model says to the messages. */
export const startOpenAiServer = (complete: (texts: readonly string[]) => string): Promise<SmallServer> =>
  startHttpServer(({ path, headers, body }): Reply => {
    if (headers.authorization !== `Bearer ${openAiKey}`) {
      return {
        status: 401,
        body: { error: { message: 'Incorrect API key provided', type: 'invalid_request_error' } },
      }
    }
    const request = JSON.parse(body) as { model: string; input: string[]; messages: Message[] }
    const { model } = request
    if (path === '/v1/embeddings') {
      const data = request.input.map((text, index) => ({
        object: 'embedding',
        index,
        embedding: lettersOf(text),
      }))
      return { body: { object: 'list', model, data, usage: { prompt_tokens: 1, total_tokens: 1 } } }
    }
    if (path === '/v1/chat/completions') {
      const message = { role: 'assistant', content: complete(request.messages.map(textOf)) }
      const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
      const choices = [{ index: 0, message, finish_reason: 'stop' }]
      return { body: { id: 'chat-1', object: 'chat.completion', created: 1, model, choices, usage } }
    }
    if (path === '/v1/images/generations') return { body: { created: 1, data: [{ b64_json: onePixelPng }] } }
    return { status: 404, body: { error: { message: `no ${path}` } } }
  })
