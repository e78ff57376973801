/** A page of the web. */
import { type MediaType, mediaTypeOfHeader } from '../text/read-text.ts'

export type Page =
  | { readonly bytes: Uint8Array; readonly mediaType: MediaType; readonly charset?: string }
  | { readonly refused: string }

/** Throws for what may be better next time: a server that does not answer, or answers with an error of its own. */
export async function fetchPage(
  url: string,
  { fetch, maxBytes, signal }: { fetch: typeof globalThis.fetch; maxBytes: number; signal: AbortSignal },
): Promise<Page> {
  const headers = { accept: 'text/html, text/markdown, text/plain' }
  const response = await fetch(url, { signal, headers })
  const refuse = async (refused: string): Promise<Page> => {
    await response.body?.cancel()
    return { refused }
  }
  if (response.status >= 500 || response.status === 429) {
    await response.body?.cancel()
    throw new Error(`${url} answered ${response.status}`)
  }
  if (!response.ok) return refuse(`the server answered ${response.status}`)
  const header = response.headers.get('content-type') ?? ''
  const mediaType = mediaTypeOfHeader(header)
  if (mediaType === undefined)
    return refuse(`expected text, Markdown or HTML, got ${header || 'no content type'}`)
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.byteLength
    if (length > maxBytes) return { refused: `larger than ${maxBytes} bytes` }
    parts.push(part)
  }
  const charset = /charset\s*=\s*"?([\w-]{1,40})/i.exec(header)?.[1]
  return { bytes: Buffer.concat(parts), mediaType, ...(charset === undefined ? {} : { charset }) }
}
