/** How bodies come in: strictly the content type that the route declares, JSON looked over before it is parsed. */
import { isUtf8 } from 'node:buffer'
import { jsonFlaw } from '@braid/core/base/json-text.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Refusal } from '../operations/refusal.ts'

export const jsonBodyLimit = 4 * 1024 * 1024
export const deploymentBodyLimit = 8 * 1024 * 1024
const maxFiles = 100

const contentTypes = {
  json: { pattern: /^application\/json(?: *; *charset="?utf-8"?)?$/i, name: 'application/json' },
  multipart: { pattern: /^multipart\/form-data *; *boundary=[^;]+$/i, name: 'multipart/form-data' },
} as const

export type BodyKind = keyof typeof contentTypes

/** A body that was refused while it was read; thrown through Fastify's parser, caught by the error handler. */
export class BodyRefused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.detail)
    this.refusal = refusal
  }
}

export async function acceptBodies(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => {
    const parsed = parseJson(body as Buffer)
    if (parsed.ok) done(null, parsed.value)
    else done(new BodyRefused({ code: 'INVALID_JSON', detail: parsed.error }))
  })
  await app.register(multipart, {
    limits: {
      // Ours comes first, and ends the reading where the plugin would read on.
      fileSize: deploymentBodyLimit + formOverhead,
      files: maxFiles,
      fields: 10,
      fieldSize: 1024,
      parts: maxFiles + 10,
    },
  })
}

/** Refuses a body of another type than the route's; a request without body and type is fine. */
export function contentTypeFlaw({ headers }: FastifyRequest, kind: BodyKind): Refusal | undefined {
  const type = headers['content-type']
  const { pattern, name } = contentTypes[kind]
  const isEmpty = headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0'
  if (type === undefined && isEmpty) return undefined
  if (type !== undefined && pattern.test(type)) return undefined
  return {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: `expected the content type ${name}, got ${type ?? 'none'}`,
  }
}

/** An empty body is no body: clients send the header without one. */
function parseJson(body: Buffer): Result<unknown, string> {
  if (body.length === 0) return success(undefined)
  if (!isUtf8(body)) return failure('expected UTF-8')
  const text = body.toString('utf8')
  const flaw = jsonFlaw(text)
  if (flaw !== undefined) return failure(flaw)
  try {
    return success(JSON.parse(text))
  } catch (error) {
    return failure(error instanceof Error ? error.message : 'expected JSON')
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** What stands around the files of a form: boundaries and the headers of its parts. */
export const formOverhead = 64 * 1024

/** The files of a deployment form (field `resources`) as the body that its route describes. */
export async function readResources(request: FastifyRequest): Promise<Result<unknown, Refusal>> {
  // Refused before it is read where it says how long it is, else as soon as it is too long.
  if (Number(request.headers['content-length'] ?? 0) > deploymentBodyLimit + formOverhead) return tooLarge
  try {
    return await readParts(request)
  } catch (error) {
    // The parser of forms has no codes for what is wrong in their text.
    if (!(error instanceof Error) || 'code' in error) throw error
    return failure({ code: 'INVALID_REQUEST', detail: `expected a complete form: ${error.message}` })
  } finally {
    // What a refusal left unread is let through to nowhere: a client that still sends would never read the answer.
    request.raw.unpipe().resume()
  }
}

const tooLarge = failure<Refusal>({
  code: 'PAYLOAD_TOO_LARGE',
  detail: `expected smaller files: at most ${deploymentBodyLimit / 1024 / 1024} MB together`,
})

async function readParts(request: FastifyRequest): Promise<Result<unknown, Refusal>> {
  const resources: { readonly name: string; readonly content: string }[] = []
  const fields: Record<string, unknown> = {}
  let room = deploymentBodyLimit
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      fields[part.fieldname] = part.value
      continue
    }
    const content = await readFile(part.file, room)
    if (content === undefined) return tooLarge
    room -= content.length
    if (part.fieldname !== 'resources') {
      return failure({
        code: 'INVALID_REQUEST',
        detail: `expected files in the field resources, got ${part.fieldname}`,
      })
    }
    const text = decode(content)
    if (text === undefined) return failure(notUtf8(part.filename))
    resources.push({ name: part.filename, content: text })
  }
  return success({ ...fields, resources })
}

/** Undefined when there is more than `maxBytes`. */
async function readFile(file: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of file) {
    bytes += chunk.length
    if (bytes > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function decode(content: Buffer): string | undefined {
  try {
    return decoder.decode(content)
  } catch {
    return undefined
  }
}

function notUtf8(resourceName: string): Refusal {
  const message = 'expected a file in UTF-8'
  const finding = { code: 'ENCODING_UNSUPPORTED', message, severity: 'error' as const, resourceName }
  return { code: 'INVALID_DEFINITION', detail: `${resourceName}: ${message}`, extra: { findings: [finding] } }
}
