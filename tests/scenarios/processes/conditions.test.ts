/** Conditions of sequence flows in both languages, and what is wrong with them, through the API of a running node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../../support/server.ts'
import { bpmn, end, gateway, process, start } from './bpmn-text.ts'
import { createRuns, type Runs } from './runs.ts'

let server: TestServer
let runs: Runs
beforeAll(async () => {
  server = await createTestServer({ controlledClock: true })
  runs = await createRuns(server)
})
afterAll(() => server?.stop())

const juel = (source: string): string => `\${${source}}`

const order = {
  amount: 1500,
  status: 'approved',
  priority: 'low',
  active: true,
  enabled: false,
  user: { role: 'admin', settings: { theme: 'dark' } },
  nobody: null,
  order: { items: [{ price: 100 }] },
  created_at: '2024-02-01T10:00',
  due_date: '2024-03-01',
  limit: '500',
}

type Case = { readonly condition: string; readonly holds: boolean }
const cases = (holds: boolean, ...conditions: readonly string[]): readonly Case[] =>
  conditions.map((condition) => ({ condition, holds }))

const inJuel: readonly Case[] = [
  ...cases(true, 'amount > 1000', 'amount >= 1500', 'amount <= 1500', 'amount == 1500', 'amount != 1000'),
  ...cases(false, 'amount < 1500', 'amount > 1500', 'amount == 1000', 'amount != 1500'),
  ...cases(true, "status == 'approved'", 'status == "approved"', 'active == true', 'active && !enabled'),
  ...cases(false, "status == 'pending'", 'enabled == true', 'active && enabled', '!active || enabled'),
  ...cases(true, 'active || enabled', "created_at < '2024-02-02'", "due_date > '2024-02-01'"),
  ...cases(false, "created_at > '2024-02-02'", "due_date < '2024-02-01'"),
  ...cases(true, "user.role == 'admin'", "user.settings.theme == 'dark'", 'order.items[0].price == 100'),
  ...cases(true, 'nobody.name == null', 'amount > limit', 'limit < 1000'),
  ...cases(true, "amount > 1000 && (status == 'approved' || priority == 'high')"),
  ...cases(false, "amount > 1000 && (status == 'pending' || priority == 'high')"),
].map(({ condition, holds }) => ({ condition: juel(condition), holds }))

const inFeel: readonly Case[] = [
  ...cases(true, '=amount > 1000', '=amount >= 1500', '=amount <= 1500', '=amount = 1500', '=amount != 1000'),
  ...cases(false, '=amount < 1500', '=amount > 1500', '=amount = 1000', '=amount != 1500'),
  ...cases(true, '=status = "approved"', '=active = true', '=active and not(enabled)', '=active or enabled'),
  ...cases(true, '=created_at < "2024-02-02"', '=due_date > "2024-02-01"', '=date(due_date) > @"2024-02-01"'),
  ...cases(true, '=user.role = "admin"', '=user.settings.theme = "dark"', '=order.items[1].price = 100'),
  ...cases(true, '=nobody.name = null', '=amount > number(limit)', '=number(limit) < 1000'),
  ...cases(true, '=amount > 1000 and (status = "approved" or priority = "high")'),
  ...cases(false, '=amount > 1000 and (status = "pending" or priority = "high")'),
]

/** One gateway decides about all conditions; each leads to an end of its own. */
const deciding = (id: string, all: readonly Case[]): string =>
  bpmn(
    process(
      id,
      ...[start('start'), gateway('inclusive', 'which', 'none'), end('none')],
      ...['start -> which', 'which -> none'],
      ...all.map((_, index) => end(`end${index}`)),
      ...all.map(({ condition }, index) => `which -> end${index} if ${condition}`),
    ),
  )

test.each([
  { language: 'juel', all: inJuel },
  { language: 'feel', all: inFeel },
])('P7 conditions in $language compare, combine and reach into values', async ({ language, all }) => {
  await runs.deploy('p7.bpmn', deciding(`p7_${language}`, all))
  const run = await runs.start(`p7_${language}`, order)
  await runs.ended(run)
  const path = await runs.path(run)
  const seen = all.map(({ condition }, index) => ({ condition, holds: path.includes(`end${index}`) }))
  expect(seen).toEqual(all)
})

describe('P8 what is wrong with a condition', () => {
  const choosing = (id: string, condition: string): string =>
    bpmn(
      process(
        id,
        ...[start('start'), gateway('exclusive', 'which'), end('yes'), end('no')],
        ...['start -> which', `which -> yes if ${condition}`, 'which -> no if =amount < 0'],
      ),
    )

  test.each([
    { condition: juel('invalid syntax'), says: 'syntax' },
    { condition: '$' + '{amount > 5', says: '}' },
    { condition: juel('amount >>> 5'), says: '>' },
    { condition: '=amount >>> 5', says: '>' },
    { condition: '=(amount > 5', says: ')' },
    { condition: '=amount > ', says: 'end' },
  ])('in its syntax is told when it is deployed: $condition', async ({ condition, says }) => {
    const answer = await runs.tryDeploy('p8.bpmn', choosing('p8', condition))
    expect(answer).toMatchObject({ status: 422, body: { code: 'INVALID_DEFINITION' } })
    const findings = answer.body.findings as readonly Record<string, unknown>[]
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([
      expect.objectContaining({
        code: 'INVALID_EXPRESSION',
        elementId: 'which-yes',
        line: 1,
        message: expect.stringContaining(says),
      }),
    ])
    expect(await runs.items('/process-definitions/search', { processDefinitionId: 'p8' })).toEqual([])
  })

  test.each([
    { what: 'an unknown variable', condition: '=missing > 5', says: 'missing' },
    { what: 'a path into a number', condition: '=amount.currency > 5', says: 'currency' },
    { what: 'a text among numbers', condition: '=amount > status', says: "can't be compared" },
    { what: 'no flow to take', condition: '=amount > 5000', says: 'which' },
  ])('at run time is an incident that can be repaired: $what', async ({ condition, says }) => {
    await runs.deploy('p8.bpmn', choosing('p8_incident', condition))
    const run = await runs.start('p8_incident', { amount: 1500, status: 'approved' })
    await runs.waitsAt(run, 'which')
    expect(await runs.incidents(run)).toEqual([
      { at: 'which', type: 'CONDITION_ERROR', message: expect.stringContaining(says) },
    ])
    const repaired = {
      amount: condition.includes('currency') ? { currency: 6 } : 6000,
      missing: 6,
      status: 1,
    }
    await runs.put(`/element-instances/${run}/variables`, { variables: repaired })
    await runs.repair(run)
    await runs.ended(run)
    expect(await runs.path(run)).toEqual(['start', 'which', 'yes'])
  })
})
