/** Values that no operation takes, and operations on what is in no state for them. */
import { beforeAll, describe, test } from 'vitest'
import { askedServer, type Case } from './cases.ts'
import * as documents from './documents.ts'

const { send, create, refuses, server } = askedServer()
beforeAll(prepare)

const made = { endedInstance: '', endedTask: '', definitionKey: '' }

async function prepare(): Promise<void> {
  const content = documents.shortProcess
  const { deployments } = await server().client.createDeployment({
    body: { resources: [{ name: 'short.bpmn', content }] },
  })
  const [first] = deployments
  if (first !== undefined && 'processDefinition' in first) {
    made.definitionKey = first.processDefinition.processDefinitionKey
  }
  const body = { processDefinitionId: 'short' }
  made.endedInstance = (await server().client.createProcessInstance({ body })).processInstanceKey
  for (;;) {
    const { items } = await server().client.searchUserTasks({
      body: { filter: { processInstanceKey: made.endedInstance } },
    })
    const [task] = items
    if (task === undefined) continue
    made.endedTask = task.userTaskKey
    await server().client.completeUserTask({ params: { userTaskKey: task.userTaskKey } })
    break
  }
  await server().client.publishMessage({
    body: { name: 'once', correlationKey: 'k', messageId: 'taken', timeToLive: 3_600_000 },
  })
}

const values: readonly Case[] = [
  [
    'an unknown field',
    () => create({ processDefinitionId: 'short', wait: true }),
    400,
    /wait: unknown field/,
  ],
  ['a number as id', () => create({ processDefinitionId: 7 }), 400, /expected string, got a number/],
  ['a number as key', () => create({ processDefinitionKey: 7 }), 400, /expected a key/],
  ['id and key', () => create({ processDefinitionId: 'short', processDefinitionKey: '1' }), 400, /either/],
  [
    'variables that are an array',
    () => create({ processDefinitionId: 'short', variables: [1] }),
    400,
    /expected a JSON object/,
  ],
  ['an id of a million characters', () => create({ processDefinitionId: 'a'.repeat(1_000_000) }), 400, /255/],
  ['an unknown process', () => create({ processDefinitionId: 'nowhere' }), 404, /nowhere/],
  [
    'an unknown version',
    () => create({ processDefinitionId: 'short', processDefinitionVersion: 99 }),
    404,
    /99/,
  ],
  [
    'a start at an unknown element',
    () => create({ processDefinitionId: 'short', startInstructions: [{ elementId: 'nowhere' }] }),
    400,
    /nowhere/,
  ],
  [
    'another tenant',
    () => create({ processDefinitionId: 'short', tenantId: 'other' }),
    400,
    /expected "<default>"/,
  ],
  [
    'a huge key',
    () => send(`/process-instances/${'9'.repeat(200)}`, undefined, { method: 'GET' }),
    400,
    /expected a key/,
  ],
  [
    'a key of 10,000 digits',
    () => send(`/process-instances/${'9'.repeat(10_000)}`, undefined, { method: 'GET' }),
    404,
    /too long|expected|nothing at/,
  ],
  [
    'a key beyond 2^53',
    () => send('/process-instances/9999999999999999', undefined, { method: 'GET' }),
    404,
    /9999999999999999/,
  ],
  [
    'a key that is none',
    () => send('/process-instances/1%27%20or%201=1', undefined, { method: 'GET' }),
    400,
    /expected a key/,
  ],
  [
    'an address with a broken escape',
    () => send('/process-instances/%zz', undefined, { method: 'GET' }),
    400,
    /malformed/,
  ],
  [
    'an address of 100,000 characters',
    () => send(`/process-instances/1?a=${'a'.repeat(100_000)}`, undefined, { method: 'GET' }),
    431,
    /could not be read/,
  ],
  ['an unknown operation', () => send('/process-instances/1/explode', '{}'), 404, /no such operation/],
  [
    'an unknown parameter',
    () => send(`/process-instances/${made.endedInstance}/events?from=1`, undefined, { method: 'GET' }),
    400,
    /from: unknown field/,
  ],
  [
    'a limit of a billion',
    () => send('/process-instances/search', '{"page":{"limit":1000000000}}'),
    400,
    /page\.limit: .*expected/,
  ],
  ['a negative limit', () => send('/jobs/search', '{"page":{"limit":-1}}'), 400, /page\.limit: .*expected/],
  [
    'a cursor that is none',
    () => send('/process-instances/search', '{"page":{"after":"@@"}}'),
    400,
    /cursor|after/,
  ],
  [
    'sorting by an unknown field',
    () => send('/incidents/search', '{"sort":[{"field":"nowhere"}]}'),
    400,
    /sort\[0\]\.field: expected/,
  ],
  [
    'an unknown filter',
    () => send('/user-tasks/search', '{"filter":{"nowhere":1}}'),
    400,
    /nowhere: unknown field/,
  ],
  [
    'a filter of another type',
    () => send('/process-instances/search', '{"filter":{"startDate":"yesterday"}}'),
    400,
    /expected/,
  ],
  [
    'no jobs asked for',
    () => send('/jobs/activation', '{"type":"x","timeout":1000,"maxJobsToActivate":0}'),
    400,
    /maxJobsToActivate: /,
  ],
  [
    'a million jobs asked for',
    () => send('/jobs/activation', '{"type":"x","timeout":1000,"maxJobsToActivate":1000000}'),
    400,
    /maxJobsToActivate: /,
  ],
  [
    'a message kept for longer than a year',
    () => send('/messages/publication', '{"name":"x","timeToLive":1e15}'),
    400,
    /timeToLive: /,
  ],
  [
    'a correlation key of a million characters',
    () => send('/messages/publication', JSON.stringify({ name: 'x', correlationKey: 'a'.repeat(1_000_000) })),
    400,
    /correlationKey: /,
  ],
]

const states: readonly Case[] = [
  [
    'completing a completed user task',
    () => send(`/user-tasks/${made.endedTask}/completion`, '{}'),
    409,
    /COMPLETED/,
  ],
  [
    'assigning a completed user task',
    () => send(`/user-tasks/${made.endedTask}/assignment`, '{"assignee":"ada"}'),
    409,
    /COMPLETED/,
  ],
  [
    'cancelling an ended instance',
    () => send(`/process-instances/${made.endedInstance}/cancellation`, '{}'),
    404,
    /has ended|no process instance/,
  ],
  [
    'setting variables of an ended instance',
    () =>
      send(`/element-instances/${made.endedInstance}/variables`, '{"variables":{"a":1}}', { method: 'PUT' }),
    404,
    /has ended|no /,
  ],
  ['completing an unknown job', () => send('/jobs/123456/completion', '{}'), 404, /123456/],
  ['failing an unknown job', () => send('/jobs/123456/failure', '{"retries":1}'), 404, /123456/],
  ['resolving an unknown incident', () => send('/incidents/123456/resolution', '{}'), 404, /123456/],
  [
    'a message id that is taken',
    () =>
      send(
        '/messages/publication',
        '{"name":"once","correlationKey":"k","messageId":"taken","timeToLive":1000}',
      ),
    409,
    /taken/,
  ],
  [
    'correlating what nothing waits for',
    () => send('/messages/correlation', '{"name":"nothing","correlationKey":"k"}'),
    404,
    /nothing/,
  ],
  [
    'pinning a clock that nobody may move',
    () => send('/clock', '{"timestamp":1}', { method: 'PUT' }),
    403,
    /BRAID_CONTROLLED_CLOCK/,
  ],
]

describe('values', () => refuses(values))
describe('states', () => refuses(states))

test('the server answers others as before', async () => {
  const { client } = server()
  const created = await client.createProcessInstance({ body: { processDefinitionKey: made.definitionKey } })
  await client.cancelProcessInstance({ params: { processInstanceKey: created.processInstanceKey } })
})
