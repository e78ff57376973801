import { describe, expect, it, test } from 'vitest'
import { decision, dmn, input, type TableText, table } from '../definition/dmn/fixtures/dmn-text.ts'
import { evaluateText, outcomeOf } from '../definition/dmn/fixtures/evaluate-text.ts'

type Variables = Parameters<typeof outcomeOf>[2]

/** The outcome of a table over the input `x`. */
const run = (text: TableText, variables: Variables, type = '') =>
  outcomeOf(dmn(input('x') + decision('D', table(text), { requires: ['x'], type })), 'D', variables)

/** Rules over the input `x`: the cell, then the output. */
const over = (hitPolicy: string, rules: readonly (readonly [string, string])[], output = 'y'): TableText => ({
  hitPolicy,
  inputs: ['x'],
  outputs: [output],
  rules: rules.map(([cell, result]) => ({ when: [cell], gives: [result] })),
})

const ordered =
  '<output id="out1" name="y"><outputValues><text>"high", "medium", "low"</text></outputValues></output>'
const overlapping = [
  ['> 0', '"low"'],
  ['> 10', '"high"'],
  ['> 5', '"medium"'],
  ['< 0', '"low"'],
] as const

describe('a hit policy', () => {
  test.each([
    ['FIRST', 20, 'low'],
    ['PRIORITY', 20, 'high'],
    ['PRIORITY', 7, 'medium'],
    ['RULE ORDER', 20, ['low', 'high', 'medium']],
    ['OUTPUT ORDER', 20, ['high', 'medium', 'low']],
    ['COLLECT', 20, ['low', 'high', 'medium']],
    ['UNIQUE', -1, 'low'],
    ['COLLECT', -1, ['low']],
    ['RULE ORDER', 0, null],
    ['FIRST', 0, null],
  ])('%s answers %s with %j', (hitPolicy, x, expected) => {
    expect(run(over(hitPolicy, overlapping, ordered), { x }).output).toEqual(expected)
  })

  test.each([
    ['SUM', 6],
    ['MIN', 1],
    ['MAX', 3],
    ['COUNT', 3],
  ])('COLLECT takes the %s', (aggregation, expected) => {
    const text = over('COLLECT', [
      ['-', '1'],
      ['> 0', '2'],
      ['', '3'],
      ['< 0', '4'],
    ])
    expect(run({ ...text, aggregation }, { x: 1 }).output).toBe(expected)
  })

  it('counts no rule as 0', () => {
    expect(run({ ...over('COLLECT', [['> 5', '1']]), aggregation: 'COUNT' }, { x: 1 }).output).toBe(0)
  })

  it('UNIQUE is the one of a table that names none, and names the rules that break it', () => {
    const { hitPolicy: _, ...text } = over('', overlapping)
    const { output, evaluated } = run(text, { x: 7 })
    expect(output).toBeNull()
    expect(evaluated[0]?.errors).toEqual([
      {
        code: 'HIT_POLICY_VIOLATED',
        message: 'Expected at most one rule to match a table of hit policy UNIQUE, got r1, r3',
      },
    ])
  })

  it('ANY takes equal outputs and names two rules whose outputs differ', () => {
    const rules = [
      ['> 0', '{a: 1}'],
      ['> 1', '{a: 1.0}'],
      ['> 9', '{a: 2}'],
    ] as const
    expect(run(over('ANY', rules), { x: 5 }).output).toEqual({ a: 1 })
    const { output, evaluated } = run(over('ANY', rules), { x: 10 })
    expect(output).toBeNull()
    expect(evaluated[0]?.errors[0]).toMatchObject({ code: 'HIT_POLICY_VIOLATED' })
    expect(evaluated[0]?.errors[0]?.message).toContain('r1 and r3')
  })

  it('PRIORITY orders by the first output, then by the next', () => {
    const values = (id: string) =>
      `<output id="${id}" name="${id}"><outputValues><text>3, 2, 1</text></outputValues></output>`
    const text: TableText = {
      hitPolicy: 'OUTPUT ORDER',
      inputs: ['x'],
      outputs: [values('a'), values('b')],
      rules: [
        { when: ['-'], gives: ['2', '1'] },
        { when: ['-'], gives: ['1', '3'] },
        { when: ['-'], gives: ['2', '3'] },
      ],
    }
    expect(run(text, { x: 0 }).output).toEqual([
      { a: 2, b: 3 },
      { a: 2, b: 1 },
      { a: 1, b: 3 },
    ])
  })
})

describe('outputs', () => {
  const withDefaults: TableText = {
    inputs: ['x'],
    outputs: [
      '<output id="a" name="a"><defaultOutputEntry><text>x * 2</text></defaultOutputEntry></output>',
      '<output id="b" name="b"/>',
    ],
    rules: [{ when: ['> 5'], gives: ['1', '"one"'] }],
  }

  it('make a context when there are several', () => {
    expect(run(withDefaults, { x: 6 }).output).toEqual({ a: 1, b: 'one' })
  })

  it('have defaults for when no rule matches', () => {
    expect(run(withDefaults, { x: 2 }).output).toEqual({ a: 4, b: null })
  })

  it('are null where the cell is empty', () => {
    expect(run(over('UNIQUE', [['-', '']]), { x: 1 }).output).toBeNull()
  })

  it('must be among the allowed values', () => {
    const { output, evaluated } = run(over('UNIQUE', [['-', '"huge"']], ordered), { x: 1 })
    expect(output).toBeNull()
    expect(evaluated[0]?.errors[0]).toMatchObject({ code: 'TYPE_MISMATCH' })
    expect(evaluated[0]?.errors[0]?.message).toMatch(/"high", "medium", "low" of rule r1/)
  })

  it('must be of their type', () => {
    const text = over('UNIQUE', [['-', '"one"']], '<output id="out1" typeRef="number"/>')
    expect(run(text, { x: 1 }).evaluated[0]?.errors[0]?.code).toBe('TYPE_MISMATCH')
  })
})

describe('inputs', () => {
  it('must be among the allowed values', () => {
    const column =
      '<input id="in1"><inputExpression><text>x</text></inputExpression><inputValues><text>"a", "b"</text></inputValues></input>'
    const text = { ...over('UNIQUE', [['-', '1']]), inputs: [column] }
    expect(run(text, { x: 'a' }).output).toBe(1)
    const { output, evaluated } = run(text, { x: 'c' })
    expect(output).toBeNull()
    expect(evaluated[0]?.errors[0]?.message).toBe('Expected one of "a", "b" as input "x", got another value')
  })

  it('are tested by ranges, lists, negations, expressions of ? and other variables', () => {
    const cells = ['[1..3]', '4, 5', 'not(< 100)', '? = limit', 'ends with(string(?), "7")']
    const text = over(
      'COLLECT',
      cells.map((cell, index) => [cell, String(index + 1)] as const),
    )
    const outputs = [2, 5, 200, 60, 17].map((x) => run(text, { x, limit: 60 }).output)
    expect(outputs).toEqual([[1], [2], [3], [4], [5]])
  })
})

describe('the trace of a table', () => {
  it('names inputs, the rules that matched and their outputs', () => {
    const { evaluated } = run(over('FIRST', overlapping), { x: 20 })
    expect(evaluated).toEqual([
      {
        decisionId: 'D',
        decisionName: 'D',
        decisionType: 'DECISION_TABLE',
        output: 'low',
        inputs: [{ inputId: 'in1', inputName: 'x', inputValue: 20 }],
        matchedRules: [
          {
            ruleId: 'r1',
            ruleIndex: 1,
            outputs: [{ outputId: 'out1', outputName: 'y', outputValue: 'low' }],
          },
        ],
        errors: [],
      },
    ])
  })

  it('has all rules that matched, whichever the hit policy took', () => {
    const { evaluated } = run(over('PRIORITY', overlapping, ordered), { x: 20 })
    expect(evaluated[0]?.matchedRules.map(({ ruleId }) => ruleId)).toEqual(['r1', 'r2', 'r3'])
  })

  it('has the rules that the hit policy forbids to match together', () => {
    const { evaluated } = run(over('UNIQUE', overlapping), { x: 7 })
    expect(evaluated[0]?.matchedRules).toEqual([
      { ruleId: 'r1', ruleIndex: 1, outputs: [] },
      { ruleId: 'r3', ruleIndex: 3, outputs: [] },
    ])
  })

  it('is that of the table which is the result of a context', () => {
    const value = table(over('FIRST', overlapping))
    const boxed = `<context><contextEntry><variable name="a"/>${value}</contextEntry><contextEntry>${value}</contextEntry></context>`
    const text = dmn(input('x') + decision('D', boxed, { requires: ['x'] }))
    expect(outcomeOf(text, 'D', { x: 20 }).evaluated[0]?.matchedRules).toHaveLength(1)
  })

  it('says why tests had no answer only when no rule matched', () => {
    const rules = [
      ['number(?) > 5', '1'],
      ['-', '2'],
    ] as const
    expect(run(over('FIRST', rules), { x: 'text' }).evaluated[0]?.errors).toEqual([])
    expect(run(over('FIRST', rules.slice(0, 1)), { x: 'text' }).evaluated[0]?.errors).not.toEqual([])
  })
})

describe('a table of ten thousand rules', () => {
  const rules = Array.from({ length: 10_000 }, (_, index) => ['-', String(index % 7)] as const)

  it('is evaluated within the fuel, and its trace has an end', () => {
    const { output, evaluated } = run(over('COLLECT', rules), { x: 1 })
    expect(output).toHaveLength(10_000)
    expect(evaluated[0]?.matchedRules).toHaveLength(1_000)
  })

  it('runs out of fuel where the work per rule is too much', () => {
    const costly = rules.map(([cell]) => [cell, 'count(for i in 1..2000 return i)'] as const)
    const text = dmn(input('x') + decision('D', table(over('COLLECT', costly)), { requires: ['x'] }))
    expect(evaluateText(text, 'D', { x: 1 })).toMatchObject({
      ok: false,
      error: { code: 'FUEL_EXHAUSTED', decision: 'D' },
    })
  })
})
