/** Scripts as work of processes and DAGs, on a real node in a real sandbox. */
import type { ProcessEvent } from '@braid/contract/event.ts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Api, createApi, eventually } from '../../support/api.ts'
import { dagApi } from '../../support/dag.ts'
import { createExecutions } from '../../support/executions.ts'
import { livingProcesses } from '../../support/living-processes.ts'
import { createTestServer, type TestServer, withScripts } from '../../support/server.ts'
import { boundary, bpmn, end, error, on, process as processXml, start, xml } from '../processes/bpmn-text.ts'

let server: TestServer
let api: Api
beforeAll(async () => {
  server = await createTestServer(withScripts())
  api = createApi(server, '/api/v1')
  await createExecutions(server).ready()
}, 60_000)
afterAll(() => server?.stop())

const headers = (entries: Readonly<Record<string, string>>): string =>
  xml(
    'zeebe:taskHeaders',
    {},
    ...Object.entries(entries).map(([key, value]) => xml('zeebe:header', { key, value })),
  )
const failure = (errorCode: string): string =>
  xml('braid:failure', { 'xmlns:braid': 'urn:braid:bpmn:1.0', errorCode })
const scriptTask = (id: string, scriptFormat: string, source: string, ...extensions: string[]): string =>
  xml(
    'scriptTask',
    { id, scriptFormat },
    xml('extensionElements', {}, ...extensions),
    xml('script', {}, `<![CDATA[${source}]]>`),
  )

/** Starts a process whose elements stand between `begin` and `over`. */
async function run(name: string, elements: readonly string[], variables: object = {}): Promise<string> {
  const id = `${name}-process`
  const file = bpmn(error('BROKEN'), processXml(id, start('begin'), ...elements, end('over')))
  await api.deploy(`${id}.bpmn`, file)
  return api.start(id, variables)
}
const completed = (instance: string) => eventually(() => api.stateOf(instance), 'COMPLETED')
async function variableOf(processInstanceKey: string, name: string): Promise<unknown> {
  const [found] = await api.items('/variables/search?truncateValues=false', { processInstanceKey, name })
  return found === undefined ? undefined : JSON.parse(String(found.value))
}
/** Waits for one. */
async function incidentOf(processInstanceKey: string): Promise<Record<string, unknown>> {
  const find = () => api.items('/incidents/search', { processInstanceKey, state: 'ACTIVE' })
  return vi.waitFor(
    async () => {
      const [incident] = await find()
      if (incident === undefined) throw new Error('there is no incident')
      return incident
    },
    { timeout: 20_000, interval: 50 },
  )
}
async function eventsOf(instance: string, type: ProcessEvent['type']): Promise<number> {
  const { body } = await api.get(`/process-instances/${instance}/events?limit=1000`)
  const items = body.items as readonly { readonly events: readonly ProcessEvent[] }[]
  return items.flatMap(({ events }) => events).filter((event) => event.type === type).length
}

describe('a script task of a process', () => {
  test('takes variables and gives some, in Python and then in JavaScript', async () => {
    const instance = await run(
      'invoice',
      [
        scriptTask(
          'sum',
          'python',
          'import braid\nprices = [item["price"] for item in braid.input["items"]]\nbraid.result({"total": sum(prices), "count": len(prices)})',
        ),
        scriptTask(
          'tell',
          'text/javascript',
          "import { input, result } from 'braid'\nresult(input.count + ' items: ' + input.total + ' €')",
          headers({ resultVariable: 'text' }),
        ),
        'begin -> sum -> tell -> over',
      ],
      { items: [{ price: 19.5 }, { price: 0.5 }] },
    )
    await completed(instance)
    expect(await variableOf(instance, 'total')).toBe(20)
    expect(await variableOf(instance, 'text')).toBe('2 items: 20 €')
  })

  test('gives what is no object as the variable result, and nothing when it gives nothing', async () => {
    const instance = await run('list', [
      scriptTask('quiet', 'bash', 'echo nothing'),
      scriptTask('list', 'py', 'import braid\nbraid.result([1, 2])'),
      scriptTask('none', 'bash', 'echo nothing', headers({ resultVariable: 'nothing' })),
      'begin -> quiet -> list -> none -> over',
    ])
    await completed(instance)
    expect(await variableOf(instance, 'result')).toEqual([1, 2])
    expect(await variableOf(instance, 'nothing')).toBe(null)
  })

  test('reads the variable that it names', async () => {
    const source = 'import braid\nbraid.result(sorted(braid.input))'
    const instance = await run(
      'named',
      [scriptTask('keys', 'python', source, headers({ inputVariable: 'order' })), 'begin -> keys -> over'],
      { order: { b: 1, a: 2 }, other: 3 },
    )
    await completed(instance)
    expect(await variableOf(instance, 'result')).toEqual(['a', 'b'])
  })

  test('is tried three times, then an incident says what it wrote; with another value it goes on', async () => {
    const source = 'import braid\nbraid.result({"share": 10 / braid.input["people"]})'
    const instance = await run('share', [scriptTask('divide', 'python', source), 'begin -> divide -> over'], {
      people: 0,
    })
    const { incidentKey: _, ...incident } = await incidentOf(instance)
    expect(incident).toMatchObject({ errorType: 'JOB_NO_RETRIES', elementId: 'divide' })
    expect(incident.errorMessage).toMatch(/^the script ended with 1: Traceback.*ZeroDivisionError/s)
    expect(await eventsOf(instance, 'job-failed')).toBe(3)

    const changed = await api.put(`/element-instances/${instance}/variables`, { variables: { people: 4 } })
    expect(changed.status).toBe(204)
    await api.post(`/process-instances/${instance}/incident-resolution`)
    await completed(instance)
    expect(await variableOf(instance, 'share')).toBe(2.5)
  })

  test('throws an error for a boundary event when it says so and has failed for good', async () => {
    const instance = await run('broken', [
      scriptTask('exit', 'bash', 'echo "no luck" >&2; exit 7', failure('BROKEN')),
      boundary('caught', 'exit', on.error('BROKEN')),
      end('rescued'),
      'begin -> exit -> over',
      'caught -> rescued',
    ])
    await completed(instance)
    const done = await api.items('/element-instances/search', { processInstanceKey: instance })
    const ends = done.filter(({ type }) => type === 'END_EVENT').map(({ elementId }) => elementId)
    expect(ends).toEqual(['rescued'])
  })

  test('may write what no database stores when it fails', async () => {
    const source = 'import sys\nsys.stderr.write("a\\0b" + "👩" * 999)\nsys.exit(1)'
    const instance = await run('odd', [scriptTask('odd', 'python', source), 'begin -> odd -> over'])
    expect((await incidentOf(instance)).errorMessage).toMatch(/^the script ended with 1: .*👩$/)
  })

  test.each([
    [
      'in an unknown language',
      'groovy',
      {},
      /expected the language of the script to be one of python, javascript, typescript, [\w, ]+, but it is "groovy"/,
    ],
    [
      'with a time that is none',
      'bash',
      { timeoutMs: 'soon' },
      /expected timeoutMs to be a whole number from 100 to 600000, but it is "soon"/,
    ],
    [
      'with input that has no fields',
      'bash',
      { inputVariable: 'number' },
      /expected the input of the script to be an object, but it is 7/,
    ],
  ])('%s is an incident at once', async (_what, format, entries, message) => {
    const id = `wrong-${format}-${Object.keys(entries).join('')}`
    const task = scriptTask('wrong', format, 'true', headers(entries))
    const instance = await run(id, [task, 'begin -> wrong -> over'], { number: 7 })
    expect((await incidentOf(instance)).errorMessage).toMatch(message)
    // No attempt was made.
    expect(await eventsOf(instance, 'job-failed')).toBe(0)
  })

  test('that is longer than scripts may be is an incident at once', async () => {
    const source = `true # ${'é'.repeat(50_000)}`
    const instance = await run('long-text', [scriptTask('wrong', 'bash', source), 'begin -> wrong -> over'])
    expect((await incidentOf(instance)).errorMessage).toBe(
      'expected a script of at most 50000 characters, but there are 50007',
    )
    expect(await eventsOf(instance, 'job-failed')).toBe(0)
  })

  test('has what it wrote among the output of its process, where nobody’s own script is read', async () => {
    const instance = await run('writing', [
      scriptTask('first', 'bash', 'echo one; echo odd >&2'),
      scriptTask('second', 'bash', 'echo two'),
      'begin -> first -> second -> over',
    ])
    await completed(instance)
    const read = async (body: object = {}) => {
      const answer = await api.post(`/process-instances/${instance}/output/search`, body)
      expect(answer.status, JSON.stringify(answer.body)).toBe(200)
      return answer.body.items as readonly Record<string, unknown>[]
    }
    const textOf = async (body: object) => (await read(body)).map(({ message }) => message).join('')
    expect(await textOf({ elementId: 'first', kind: 'stdout' })).toBe('one\n')
    expect(await textOf({ elementId: 'first', kind: 'stderr' })).toBe('odd\n')
    const all = await read()
    expect(all.at(-1)).toMatchObject({ elementId: 'second', kind: 'stdout', attempt: 1, message: 'two\n' })
    expect(await read({ limit: 1 })).toEqual(all.slice(0, 1))
    expect(await read({ after: all[0]?.sequence })).toEqual(all.slice(1))
    const long = await run('long', [
      scriptTask('fill', 'python', 'print("x" * 3_000_000)'),
      'begin -> fill -> over',
    ])
    await completed(long)
    const page = (await api.post(`/process-instances/${long}/output/search`, { limit: 1_000 })).body
    expect(page.more).toBe(true)
    expect(JSON.stringify(page).length).toBeLessThan(1_200_000)
    const { elementInstanceKey } = all.at(-1) ?? {}
    expect(await textOf({ elementInstanceKey })).toBe('two\n')
    const executions = createExecutions(server)
    const executionKey = await executions.ask({ language: 'bash', script: 'echo mine' })
    await executions.ended(executionKey)
    for (const key of [executionKey, '4711'])
      expect((await api.post(`/process-instances/${key}/output/search`)).status).toBe(404)
  })

  test('is ended when its time is over', async () => {
    const task = scriptTask('slow', 'bash', 'sleep 60', headers({ timeoutMs: '300' }))
    const instance = await run('slow', [task, 'begin -> slow -> over'])
    expect((await incidentOf(instance)).errorMessage).toMatch(/took longer than it may, \d+ ms/)
  })

  test('is ended when its process is canceled', async () => {
    const mark = `canceled-task-${process.pid}`
    const task = scriptTask('wait', 'bash', `trap '' TERM; exec -a ${mark} sleep 60`)
    const instance = await run('waiting', [task, 'begin -> wait -> over'])
    const until = (holds: () => boolean) =>
      vi.waitFor(() => expect(holds()).toBe(true), { timeout: 10_000, interval: 20 })
    await until(() => livingProcesses(mark) > 0)
    const asked = performance.now()
    expect((await api.post(`/process-instances/${instance}/cancellation`)).status).toBe(204)
    await until(() => livingProcesses(mark) === 0)
    console.log(`the script ended ${Math.round(performance.now() - asked)} ms after it was canceled`)
    expect(await api.stateOf(instance)).toBe('TERMINATED')
  })
})

const shop = `
id: prices
input: { type: object, properties: { words: { type: array } } }
nodes:
  - id: each
    kind: map
    over: = input.words
    nodes:
      - id: measure
        title: Measure a word
        script:
          language: python
          source: |
            import braid, sys
            word = braid.input["word"]
            print("measures", word)
            if word == "bad":
                print("bad word", file=sys.stderr)
            braid.result({"word": word, "length": len(word)})
        input: { word: = item }
    result: = measure.length
  - id: sum
    script:
      language: javascript
      source: |
        import { input, result } from 'braid'
        result(input.lengths.reduce((sum, one) => sum + one, 0))
    input: { lengths: = each }
  - { id: risky, script: { language: bash, source: exit 3 }, retries: 0, onFailure: continue }
  - { id: stubborn, script: { language: bash, source: exit 4 }, retries: 2, backoff: PT0.05S, onFailure: continue }
  - id: silent
    script: { language: bash, source: 'cat "$BRAID_INPUT"' }
    after: [risky]
    rule: all-done
output: { sum: = sum, silent: = silent, risky: = risky }
`

describe('a script node of a DAG', () => {
  test('is deployed with its language in the graph, or refused with the place of what is wrong', async () => {
    const { status, body } = await api.tryDeploy('prices.dag.yaml', shop)
    expect(status).toBe(200)
    const [dag] = await api.items('/dags/search', { dagId: 'prices' })
    const { graph } = (await api.get(`/dags/${dag?.dagKey}`)).body as {
      graph: { nodes: readonly object[] }
    }
    expect(graph.nodes).toContainEqual({
      id: 'measure',
      title: 'Measure a word',
      kind: 'script',
      language: 'python',
      parent: 'each',
    })
    const dot = await fetch(`${server.url}/api/v1/dags/${dag?.dagKey}/graph.dot`, {
      headers: { authorization: `Bearer ${server.apiKey}` },
    })
    expect(await dot.text()).toContain('"sum" [label="sum\\njavascript", shape=note];')
    expect(body).not.toHaveProperty('errors')
    const wrong = await api.tryDeploy('prices.dag.yaml', shop.replace('language: python', 'language: cobol'))
    expect(JSON.stringify(wrong)).toMatch(/script\.language: expected one of python, .*cobol/)
    expect(wrong.status).toBe(422)
  })

  test('runs per item; what it gives, the next one reads; what it wrote is output of the run', async () => {
    const { start: begin, runOf, stateOf, outputOf, tasksOf, taskOf } = dagApi(api)
    const words = ['one', 'three', 'bad']
    const { dagRunKey } = await begin('prices', { input: { words } })
    await eventually(() => stateOf(dagRunKey), 'SUCCEEDED')
    expect((await runOf(dagRunKey)).output).toEqual({ sum: 11, silent: null, risky: null })

    const { attempts } = (await taskOf(dagRunKey, 'stubborn')) as { readonly attempts: readonly object[] }
    expect(attempts).toMatchObject([1, 2, 3].map((attempt) => ({ attempt, outcome: 'failed' })))

    const tasks = await tasksOf(dagRunKey, { nodeId: 'measure' })
    expect(tasks).toMatchObject(words.map(() => ({ kind: 'script', state: 'succeeded' })))
    expect(await taskOf(dagRunKey, 'sum')).toMatchObject({ input: { lengths: [3, 5, 3] }, output: 11 })
    expect(await taskOf(dagRunKey, 'risky')).toMatchObject({
      state: 'failed',
      attempts: [{ attempt: 1, outcome: 'failed', error: 'the script ended with 3' }],
    })

    /** Of each task, however many pieces it came in. */
    const written = async (filter: object): Promise<readonly string[]> => {
      const texts = new Map<unknown, string>()
      for (const { taskKey, message } of await outputOf(dagRunKey, filter))
        texts.set(taskKey, `${texts.get(taskKey) ?? ''}${message}`)
      return [...texts.values()].toSorted()
    }
    expect((await api.post(`/process-instances/${dagRunKey}/output/search`)).status).toBe(404)
    const firstPage = await api.post(`/dag-runs/${dagRunKey}/output/search`, { limit: 1 })
    expect(firstPage.body).toMatchObject({ items: [{ kind: 'stdout' }], more: true })
    expect(await written({ nodeId: 'measure', kind: 'stdout' })).toEqual([
      'measures bad\n',
      'measures one\n',
      'measures three\n',
    ])
    expect(await written({ kind: 'stderr' })).toEqual(['bad word\n'])
    // It reads the input of its node, not that of the run.
    expect(await written({ nodeId: 'silent' })).toEqual(['{}'])
  })
})
