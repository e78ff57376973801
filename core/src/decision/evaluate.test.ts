import { describe, expect, it, test } from 'vitest'
import { decision, dmn, input, literal } from '../definition/dmn/fixtures/dmn-text.ts'
import { evaluateText, outcomeOf } from '../definition/dmn/fixtures/evaluate-text.ts'

const bkm = (
  name: string,
  parameters: readonly string[],
  body: string,
  uses: readonly string[] = [],
): string =>
  `<businessKnowledgeModel id="${name}" name="${name}"><variable name="${name}"/><encapsulatedLogic>${parameters
    .map((parameter) => `<formalParameter name="${parameter}"/>`)
    .join('')}${literal(body)}</encapsulatedLogic>${uses
    .map((id) => `<knowledgeRequirement><requiredKnowledge href="#${id}"/></knowledgeRequirement>`)
    .join('')}</businessKnowledgeModel>`

const service = (name: string, parts: readonly (readonly [string, string])[]): string =>
  `<decisionService id="${name}" name="${name}"><variable name="${name}"/>${parts
    .map(([part, id]) => `<${part} href="#${id}"/>`)
    .join('')}</decisionService>`

describe('a requirements graph', () => {
  const diamond = dmn(
    input('x') +
      decision('Top', literal('Left + Right'), { requires: ['Left', 'Right'] }) +
      decision('Left', literal('Base + 1'), { requires: ['Base'] }) +
      decision('Right', literal('Base + 2'), { requires: ['Base'] }) +
      decision('Base', literal('x * 10'), { requires: ['x'] }),
  )

  it('evaluates each decision once, after those that it requires', () => {
    const { output, evaluated } = outcomeOf(diamond, 'Top', { x: 1 })
    expect(output).toBe(23)
    expect(evaluated.map(({ decisionId, output: own }) => [decisionId, own])).toEqual([
      ['Base', 10],
      ['Left', 11],
      ['Right', 12],
      ['Top', 23],
    ])
  })

  it('evaluates only what is needed', () => {
    expect(outcomeOf(diamond, 'Left', { x: 1 }).evaluated).toHaveLength(2)
  })

  it('shows a decision nothing but what it requires', () => {
    const text = dmn(input('x') + input('y') + decision('D', literal('[x, y]'), { requires: ['x'] }))
    expect(outcomeOf(text, 'D', { x: 1, y: 2 }).output).toEqual([1, null])
  })

  it('shows what was given where a file draws no input data', () => {
    expect(outcomeOf(dmn(decision('D', literal('amount * 2'))), 'D', { amount: 4 }).output).toBe(8)
  })

  it('takes chains of thousands of decisions', () => {
    const chain = Array.from({ length: 2_000 }, (_, index) =>
      index === 0
        ? decision('D0', literal('1'))
        : decision(`D${index}`, literal(`D${index - 1} + 1`), { requires: [`D${index - 1}`] }),
    )
    expect(outcomeOf(dmn(chain.toReversed().join('\n')), 'D1999').output).toBe(2_000)
  })

  it('gives the errors of each decision with it', () => {
    const text = dmn(
      decision('A', literal('1 + "a"')) + decision('B', literal('A = null'), { requires: ['A'] }),
    )
    const { output, evaluated } = outcomeOf(text, 'B')
    expect(output).toBe(true)
    expect(evaluated.map(({ errors }) => errors.map(({ code }) => code))).toEqual([['EXPRESSION_NULL'], []])
  })

  it('is null for a decision without logic', () => {
    expect(outcomeOf(dmn(decision('D', '')), 'D').output).toBeNull()
  })

  it('knows no other decision', () => {
    expect(evaluateText(diamond, 'Nothing')).toMatchObject({
      ok: false,
      error: { code: 'UNKNOWN_DECISION', decision: 'Nothing' },
    })
  })
})

describe('input data', () => {
  const types = `<itemDefinition name="tOrder"><itemComponent name="date"><typeRef>date</typeRef></itemComponent>
    <itemComponent name="lines" isCollection="true"><typeRef>number</typeRef></itemComponent></itemDefinition>`
  const text = (feel: string, type: string) =>
    dmn(types + input('x', type) + decision('D', literal(feel), { requires: ['x'] }))

  test.each([
    ['date', 'x.year', '2024-05-01', 2024],
    ['time', 'x.hour', '10:20:30', 10],
    ['date and time', 'x.day', '2024-05-01T10:00:00', 1],
    ['days and time duration', 'x.hours', 'PT5H', 5],
    ['years and months duration', 'x.years', 'P2Y', 2],
    ['tOrder', 'x.date.month', { date: '2024-05-01', lines: [1] }, 5],
  ])('of type %s is read from its text', (type, feel, x, expected) => {
    expect(outcomeOf(text(feel, type), 'D', { x }).output).toBe(expected)
  })

  it('is null, with an error, when it is of another type', () => {
    const { output, evaluated } = outcomeOf(text('x', 'number'), 'D', { x: 'text' })
    expect(output).toBeNull()
    expect(evaluated[0]?.errors).toEqual([
      { code: 'TYPE_MISMATCH', message: 'Expected the input "x" of type number, got another value' },
    ])
  })

  it('is null, with an error, when it is not allowed', () => {
    const size = `<itemDefinition name="tSize"><typeRef>string</typeRef><allowedValues><text>"S", "M"</text></allowedValues></itemDefinition>`
    const sized = dmn(size + input('x', 'tSize') + decision('D', literal('x'), { requires: ['x'] }))
    expect(outcomeOf(sized, 'D', { x: 'M' }).output).toBe('M')
    expect(outcomeOf(sized, 'D', { x: 'L' }).evaluated[0]?.errors[0]?.code).toBe('TYPE_MISMATCH')
  })

  it('constrains the items of a collection by allowed values, and the whole by the type constraint', () => {
    const sizes = `<itemDefinition name="tSizes" isCollection="true"><typeRef>string</typeRef>
      <allowedValues><text>"S", "M"</text></allowedValues><typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>`
    const sized = dmn(sizes + input('x', 'tSizes') + decision('D', literal('x'), { requires: ['x'] }))
    const answers = [
      ['S', 'M'],
      ['S', 'L'],
      ['S', 'S', 'S'],
    ].map((x) => outcomeOf(sized, 'D', { x }).output)
    expect(answers).toEqual([['S', 'M'], null, null])
  })
})

describe('a business knowledge model', () => {
  it('is a function of those that require it', () => {
    const text = dmn(
      bkm('add', ['a', 'b'], 'a + twice(b)', ['twice']) +
        bkm('twice', ['n'], 'n * 2') +
        decision('E', literal('[add(1, 2), add(b: 3, a: 4)]'), { uses: ['add'] }),
    )
    expect(outcomeOf(text, 'E').output).toEqual([5, 10])
  })

  it('may call itself, up to a limit', () => {
    const factorial = bkm('fact', ['n'], 'if n < 2 then 1 else n * fact(n - 1)')
    expect(
      outcomeOf(dmn(factorial + decision('D', literal('fact(10)'), { uses: ['fact'] })), 'D').output,
    ).toBe(3_628_800)
    const endless = bkm('endless', ['n'], 'endless(n + 1)')
    const text = dmn(endless + decision('D', literal('endless(1)'), { uses: ['endless'] }))
    expect(evaluateText(text, 'D')).toMatchObject({
      ok: false,
      error: { code: 'FUEL_EXHAUSTED', decision: 'D' },
    })
  })
})

describe('a decision service', () => {
  const text = dmn(
    input('x', 'number') +
      input('y') +
      decision('Sum', literal('Base + x'), { requires: ['Base', 'x'] }) +
      decision('Difference', literal('Base - x'), { requires: ['Base', 'x'] }) +
      decision('Base', literal('100'), { type: 'number' }) +
      service('one', [
        ['outputDecision', 'Sum'],
        ['inputDecision', 'Base'],
        ['inputData', 'x'],
      ]) +
      service('both', [
        ['outputDecision', 'Sum'],
        ['outputDecision', 'Difference'],
        ['encapsulatedDecision', 'Base'],
        ['inputData', 'x'],
      ]) +
      decision('Call', literal('[one(1, 2), one(Base: 5, x: 6), both(3).Sum, one("a", 2)]'), {
        uses: ['one', 'both'],
      }) +
      decision('Own', literal('[one(1, 2), Sum]'), { uses: ['one'], requires: ['Sum'] }),
  )

  it('is evaluated by its name, with its input decisions given', () => {
    const { output, evaluated } = outcomeOf(text, 'one', { x: 1, Base: 10 })
    expect(output).toBe(11)
    expect(evaluated.map(({ decisionId }) => decisionId)).toEqual(['Sum'])
  })

  it('gives a context of several outputs', () => {
    expect(outcomeOf(text, 'both', { x: 1 }).output).toEqual({ Sum: 101, Difference: 99 })
  })

  it('is a function of input data, then input decisions, and typed', () => {
    expect(outcomeOf(text, 'Call').output).toEqual([3, 11, 103, null])
  })

  it('leaves the values outside as they are', () => {
    expect(outcomeOf(text, 'Own', { x: 1 }).output).toEqual([3, 101])
  })

  it('that leads back to itself ends at a limit', () => {
    const circle = dmn(
      decision('D', literal('s()'), { uses: ['s'] }) + service('s', [['outputDecision', 'D']]),
    )
    expect(evaluateText(circle, 'D')).toMatchObject({ ok: false, error: { code: 'FUEL_EXHAUSTED' } })
  })
})

describe('imports', () => {
  const base = dmn(
    `<itemDefinition name="tAge"><typeRef>number</typeRef></itemDefinition>${input('age', 'tAge')}${decision(
      'Adult',
      literal('age >= 18'),
      { requires: ['age'] },
    )}${bkm('greet', ['who'], '"Hello " + who')}`,
    'urn:base',
  )
  const importing = (name: string, body: string) =>
    dmn(
      `<import name="${name}" namespace="urn:base" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>${body}`,
      'urn:top',
    )

  it('are in a context of their name', () => {
    const top = importing(
      'the base',
      decision('D', literal('if the base.Adult then the base.greet("you") else "no"'), {
        requires: ['urn:base#Adult'],
        uses: ['urn:base#greet'],
      }),
    )
    expect(outcomeOf([top, base], 'D', { age: 20 }).output).toBe('Hello you')
    expect(outcomeOf([base, top], 'D', { 'the base': { age: 20 } }).output).toBe('Hello you')
    expect(outcomeOf([top, base], 'D', { age: 2 }).output).toBe('no')
  })

  it('are known by their own names where the import has none', () => {
    const top = importing(
      '',
      decision('D', literal('greet(string(Adult))'), {
        requires: ['urn:base#Adult'],
        uses: ['urn:base#greet'],
      }),
    )
    expect(outcomeOf([top, base], 'D', { age: 20 }).output).toBe('Hello true')
  })

  it('bring types under their name', () => {
    const top = importing(
      'b',
      input('x', 'b.tAge') + decision('D', literal('x instance of b.tAge'), { requires: ['x'] }),
    )
    expect(outcomeOf([top, base], 'D', { x: 5 }).output).toBe(true)
    expect(outcomeOf([top, base], 'D', { x: 'five' }).evaluated[0]?.errors[0]?.code).toBe('TYPE_MISMATCH')
  })
})
