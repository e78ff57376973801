import { expect, test } from 'vitest'
import { executeCommand, resultCommand } from './curl.ts'

const origin = 'https://braid.example'

test('the input is one word of the shell, whatever is in it', () => {
  const input = String.raw`{ "note": "it's \"$HOME\"" }`
  expect(executeCommand({ origin, scriptKey: '7', input })).toBe(
    [
      String.raw`curl -X POST https://braid.example/api/v1/execute \
`,
      String.raw`  -H "Authorization: Bearer $BRAID_KEY" \
`,
      String.raw`  -H 'Content-Type: application/json' \
`,
      String.raw`  -d '{"scriptKey":"7","input":{"note":"it'\''s \"$HOME\""}}'`,
    ].join(''),
  )
})

test('input that is no object is left out', () => {
  expect(executeCommand({ origin, scriptKey: '7', input: '[1' })).toContain(
    `-d '{"scriptKey":"7","input":{}}'`,
  )
})

test('the result is asked for by the key of the run', () => {
  expect(resultCommand(origin)).toContain('https://braid.example/api/v1/executions/$EXECUTION_KEY/result')
})
