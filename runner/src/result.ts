/** What a script writes as its result, read and checked like any JSON from outside. */
import type { Readable } from 'node:stream'
import type { JsonValue } from '@braid/core/base/json.ts'
import { jsonFlaw } from '@braid/core/base/json-text.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import { lentBuffers } from './lent-buffers.ts'
import { paceDropped } from './pacing.ts'
import { maxResultBytes } from './runner.ts'

/**
 * Reads a channel to its end; what it gives is nobody else's. What is too long anyway is read slowly, for who writes
 * without end gains nothing by it.
 */
export async function collectResult(from: Readable): Promise<Result<JsonValue, string> | undefined> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const data of lentBuffers(from)) {
    bytes += data.length
    if (bytes <= maxResultBytes) pieces.push(Buffer.from(data))
    else await paceDropped(data.length)
  }
  return bytes > maxResultBytes
    ? failure(`expected results of at most ${maxResultBytes} bytes, got ${bytes}`)
    : readResult(Buffer.concat(pieces))
}

/** One JSON text, or several with a line for each, of which the last counts; undefined when there is none. */
export function readResult(bytes: Buffer): Result<JsonValue, string> | undefined {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim()
  } catch {
    return failure('expected a result in UTF-8')
  }
  if (text === '') return undefined
  const whole = parse(text)
  return whole.ok || !text.includes('\n') ? whole : parse(text.slice(text.lastIndexOf('\n') + 1))
}

function parse(text: string): Result<JsonValue, string> {
  const flaw = jsonFlaw(text)
  if (flaw !== undefined) return failure(`the result can't be kept: ${flaw}`)
  try {
    return success(JSON.parse(text) as JsonValue)
  } catch (error) {
    return failure(`expected a result in JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}
