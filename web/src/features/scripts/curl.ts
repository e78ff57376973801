/** The API as commands for a shell. */
import { operationUrl } from '@braid/contract/client.ts'
import { baseUrl } from '../../api/client.ts'
import { parseObject } from '../../frame/json-text.ts'

const authorization = '-H "Authorization: Bearer $BRAID_KEY"'

/** Runs the newest version of a saved script; input that is no JSON object is left out. */
export function executeCommand(request: {
  readonly origin: string
  readonly scriptKey: string
  readonly input: string
}): string {
  const parsed = parseObject(request.input)
  const input = parsed.ok ? parsed.value : {}
  const body = JSON.stringify({ scriptKey: request.scriptKey, input })
  return [
    `curl -X POST ${request.origin}${operationUrl(baseUrl, 'executeScript', {})}`,
    authorization,
    "-H 'Content-Type: application/json'",
    `-d ${quoted(body)}`,
  ].join(' \\\n  ')
}

export const resultCommand = (origin: string): string =>
  // In the words of a shell, which a path would encode.
  `curl ${origin}${baseUrl}/executions/$EXECUTION_KEY/result \\\n  ${authorization}`

/** As one word for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
