/** Definitions that are none, that hide something, or that are too large. */
import { askedServer, bytes, type Case, megabytes, nested } from './cases.ts'
import * as documents from './documents.ts'

const { send, deploy, refuses, server } = askedServer()

const definitions: readonly Case[] = [
  ['no XML', () => deploy('a.bpmn', 'hello'), 422, /expected/i],
  ['an empty file', () => deploy('a.bpmn', ''), 422, /expected/i],
  [
    'XML that breaks off',
    () => deploy('a.bpmn', documents.documentOf('<bpmn:process id="p">').slice(0, -20)),
    422,
    /expected|closed|end/i,
  ],
  ['XML of something else', () => deploy('a.bpmn', '<html><body/></html>'), 422, /expected/i],
  [
    'a DOCTYPE with entities that double',
    () => deploy('a.bpmn', documents.entityBomb),
    422,
    /expected no document type/,
  ],
  [
    'a DOCTYPE that names a file',
    () => deploy('a.bpmn', documents.externalEntity),
    422,
    /expected no document type/,
  ],
  ['50,000 tasks', () => deploy('a.bpmn', documents.manyTasks(50_000)), 422, /expected at most [\d,]+/i],
  ['50,000 tasks in a chain', () => deploy('a.bpmn', documents.manyLinkedTasks(50_000)), 422, /expected/i],
  [
    '9,000 tasks in a chain, then a dangling flow',
    () => deploy('a.bpmn', documents.manyLinkedTasks(9_000).replace('targetRef="t8999"', 'targetRef="gone"')),
    422,
    /gone/,
  ],
  [
    '20,000 nested sub-processes',
    () => deploy('a.bpmn', documents.nestedSubProcesses(20_000)),
    422,
    /expected at most [\d,]+/i,
  ],
  ['500,000 nested elements', () => deploy('a.bpmn', documents.nestedElements(500_000)), 422, /expected/i],
  ['19,000 dangling flows', () => deploy('a.bpmn', documents.manyDanglingFlows(19_000)), 422, /x0/],
  ['19,000 equal ids', () => deploy('a.bpmn', documents.manyEqualIds(19_000)), 422, /same/],
  [
    '100,000 times the same attribute',
    () => deploy('a.bpmn', documents.equalAttributes(100_000)),
    422,
    /expected/i,
  ],
  ['50,000 namespaces', () => deploy('a.bpmn', documents.manyNamespaces(50_000)), 422, /expected/i],
  ['an id of a million characters', () => deploy('a.bpmn', documents.longId(1_000_000)), 422, /expected/i],
  [
    'an expression of 10,000 parentheses',
    () => deploy('a.bpmn', documents.expressionDocument(`=${'('.repeat(10_000)}1${')'.repeat(10_000)}`)),
    422,
    /expected/i,
  ],
  [
    'an expression of 100,000 characters',
    () => deploy('a.bpmn', documents.expressionDocument(`=1${'+1'.repeat(50_000)}`)),
    422,
    /expected/i,
  ],
  [
    'an expression that breaks off',
    () => deploy('a.bpmn', documents.expressionDocument('=if a then')),
    422,
    /expected/i,
  ],
  ['four megabytes of comment', () => deploy('a.bpmn', `<!--${'-a'.repeat(megabytes(2))}`), 422, /expected/i],
  ['a file that is not UTF-8', () => deploy('a.bpmn', bytes(0xff, 0xfe, 0x3c, 0x00)), 422, /UTF-8/],
  ['a file of zeros', () => deploy('a.bpmn', new Uint8Array(100_000)), 422, /expected|not allow/i],
  ['a file of another kind', () => deploy('a.exe', 'MZ'), 422, /\.bpmn/],
  ['a form that breaks off', () => deploy('a.form', '{"id":'), 422, /expected|JSON/i],
  [
    'a form nested 10,000 deep',
    () => deploy('a.form', `{"id":"f","components":${nested(10_000)}}`),
    422,
    /expected/i,
  ],
  [
    'files in another field',
    () => server().deploy({ 'a.bpmn': documents.shortProcess }, 'files'),
    400,
    /resources/,
  ],
  [
    'a field named __proto__',
    () => server().deploy({ 'a.bpmn': documents.shortProcess }, '__proto__'),
    400,
    /field/,
  ],
  [
    'one good file and one bad',
    () => server().deploy({ 'a.bpmn': documents.shortProcess, 'b.bpmn': 'hello' }),
    422,
    /expected/i,
  ],
  [
    'the same process twice',
    () => server().deploy({ 'a.bpmn': documents.shortProcess, 'b.bpmn': documents.shortProcess }),
    422,
    /already/,
  ],
  ['no file', () => send('/deployments', undefined, { headers: {} }), 400, /expected/i],
]

refuses(definitions)
