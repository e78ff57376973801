/** Bodies of requests that break off, lie about what they are, are too deep, or too long. */
import { problem } from '@braid/contract/problem.ts'
import { describe, expect, test } from 'vitest'
import { askedServer, bytes, type Case, megabytes, nested } from './cases.ts'
import { type Answer, json } from './probed-server.ts'

const { send, create, createWith, refuses, server, unharmed } = askedServer()

const form = (text: string): Promise<Answer> =>
  send('/deployments', text, { headers: { 'content-type': 'multipart/form-data; boundary=b' } })

const bodies: readonly Case[] = [
  [
    'a form that breaks off',
    () => form('--b\r\ncontent-disposition: form-data; name="resources"; filename="a.bpmn"\r\n\r\n<a/>'),
    400,
    /expected a complete form/,
  ],
  ['a form with broken headers', () => form('--b\r\nnonsense\r\n\r\n<a/>\r\n--b--'), 400, /expected/],
  ['a form without parts', () => form('--b--\r\n'), 400, /expected/],
  [
    'a form field that says it is JSON',
    () =>
      form(
        '--b\r\ncontent-disposition: form-data; name="x"\r\ncontent-type: application/json\r\n\r\n{\r\n--b--\r\n',
      ),
    400,
    /expected/,
  ],
  [
    '200 files',
    () =>
      form(
        `${Array.from({ length: 200 }, (_, index) => `--b\r\ncontent-disposition: form-data; name="resources"; filename="${index}.bpmn"\r\n\r\n<a/>\r\n`).join('')}--b--\r\n`,
      ),
    413,
    /expected fewer/,
  ],
  [
    'JSON nested 10,000 deep',
    () => createWith(`{"a":${nested(10_000)}}`),
    400,
    /expected at most \d+ levels/,
  ],
  [
    'JSON nested two million deep',
    () => createWith(`{"a":${'['.repeat(2_000_000)}`),
    400,
    /expected at most \d+ levels/,
  ],
  ['JSON that breaks off', () => send('/process-instances', '{"processDefinitionId":'), 400, /JSON/],
  [
    'a body that is not UTF-8',
    () => send('/process-instances', bytes(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d)),
    400,
    /UTF-8/,
  ],
  ['the key __proto__', () => createWith('{"__proto__":{"admin":true}}'), 400, /__proto__/],
  ['the key __proto__, escaped', () => createWith('{"\\u005f_proto__":1}'), 400, /__proto__/],
  ['a key twice', () => createWith('{"a":1,"a":2}'), 400, /expected each key once/],
  ['a number beyond doubles', () => createWith('{"a":1e400}'), 400, /expected numbers/],
  ['an integer that would change', () => createWith('{"a":1152921504606846977}'), 400, /expected integers/],
  ['the character U+0000', () => createWith('{"a":"\\u0000"}'), 400, /expected text/],
  ['half a surrogate pair', () => createWith('{"a":"\\ud800"}'), 400, /expected text/],
  ['no body', () => send('/process-instances', undefined, { headers: {} }), 400, /expected/],
  ['an array as body', () => create([]), 400, /expected an object/],
  ['text as body', () => create('hello'), 400, /expected an object/],
  ['null as body', () => create(null), 400, /expected an object/],
  [
    'plain text',
    () => send('/process-instances', 'hello', { headers: { 'content-type': 'text/plain' } }),
    415,
    /expected the content type application\/json/,
  ],
  [
    'XML instead of JSON',
    () => send('/process-instances', '<a/>', { headers: { 'content-type': 'application/xml' } }),
    415,
    /expected the content type application\/json/,
  ],
  [
    'another character set',
    () =>
      send('/process-instances', '{}', {
        headers: { 'content-type': 'application/json; charset=utf-16' },
      }),
    415,
    /expected the content type/,
  ],
  ['JSON instead of a form', () => send('/deployments', '{}'), 415, /expected the content type multipart/],
  [
    'a form without boundary',
    () => send('/deployments', 'x', { headers: { 'content-type': 'multipart/form-data' } }),
    415,
    /expected the content type multipart/,
  ],
  [
    'four megabytes of numbers for an unknown process',
    () => createWith(`{"a":[${'1,'.repeat(megabytes(1.9))}1]}`),
    400,
    /unknown|expected/,
  ],
  [
    'four megabytes of keys for an unknown process',
    () => createWith(`{${Array.from({ length: 250_000 }, (_, index) => `"k${index}":1`).join()}}`),
    400,
    /expected at most/,
  ],
  [
    'four megabytes of escapes for an unknown process',
    () => createWith(`{"a":"${'\\u00e9'.repeat(650_000)}"}`),
    404,
    /unknown/,
  ],
  [
    '300,000 unknown fields',
    () =>
      send(
        '/process-instances',
        `{"processDefinitionId":"unknown",${Array.from({ length: 300_000 }, (_, index) => `"k${index}":1`).join()}}`,
      ),
    400,
    /unknown field|expected at most/,
  ],
]

refuses(bodies)

const multipart = { 'content-type': 'multipart/form-data; boundary=b' }
const fileHead = '--b\r\ncontent-disposition: form-data; name="resources"; filename="a.bpmn"\r\n\r\n'
const full = megabytes(100)
const long = { 'content-length': String(full + fileHead.length) }

describe('bodies of 100 MB are refused before they are sent', () => {
  test.each([
    ['JSON that says how long it is', '/process-instances', { ...json, ...long }, '"'],
    ['JSON that does not', '/process-instances', json, '"'],
    ['a file that says how long it is', '/deployments', { ...multipart, ...long }, fileHead],
    ['a file that does not', '/deployments', multipart, fileHead],
  ])('%s', async (name, path, headers, head) => {
    const answer = await unharmed(`100 MB: ${name}`, () => server().flood(path, headers, head, full))
    expect(answer.status).toBe(413)
    expect(problem.parse(JSON.parse(answer.body)).detail).toMatch(/expected/)
    expect(answer.sentBytes).toBeLessThan(full)
  })
})
