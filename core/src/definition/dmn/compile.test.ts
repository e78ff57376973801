import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { limits } from '../../base/limits.ts'
import { compileDmn } from './compile.ts'
import { decision, dmn, input, literal, namespaces, table } from './fixtures/dmn-text.ts'
import { outcomeOf } from './fixtures/evaluate-text.ts'

const findingsOf = (source: string | readonly string[]) => {
  const compiled = compileDmn(source)
  return compiled.ok ? compiled.value.warnings : compiled.error
}

/** Code, element and line of each finding. */
const briefly = (source: string | readonly string[]) =>
  findingsOf(source).map(({ code, elementId, line }) => [code, elementId, line])

const rule = (inputs: number, outputs: number) => ({
  when: Array.from({ length: inputs }, () => '-'),
  gives: Array.from({ length: outputs }, () => '1'),
})

describe('versions', () => {
  test.each(Object.entries(namespaces))('DMN %s deploys and runs', (_, namespace) => {
    const body = `${input('x')}\n${decision('D', table({ inputs: ['x'], outputs: ['y'], rules: [{ when: ['> 1'], gives: ['"big"'] }] }), { requires: ['x'] })}`
    expect(outcomeOf(dmn(body, 'urn:test', namespace), 'D', { x: 2 }).output).toBe('big')
  })

  it('reads the qualified types of DMN 1.1', () => {
    const text = `<d:definitions xmlns:d="${namespaces['1.1']}" xmlns:feel="http://www.omg.org/spec/FEEL/20140401" xmlns:own="urn:own" name="n" namespace="urn:own">
      <d:itemDefinition name="tAge"><d:typeRef>feel:number</d:typeRef></d:itemDefinition>
      <d:inputData id="x" name="x"><d:variable name="x" typeRef="own:tAge"/></d:inputData>
      <d:decision id="D" name="D"><d:variable name="D" typeRef="feel:string"/>
        <d:informationRequirement><d:requiredInput href="#x"/></d:informationRequirement>
        <d:literalExpression><d:text>string(x)</d:text></d:literalExpression></d:decision></d:definitions>`
    expect(outcomeOf(text, 'D', { x: 5 }).output).toBe('5')
    expect(outcomeOf(text, 'D', { x: 'five' }).output).toBeNull()
  })

  it('refuses other namespaces and other languages', () => {
    expect(briefly(dmn('', 'urn:test', 'urn:other'))).toEqual([['NOT_DMN', 'definitions', 1]])
    expect(findingsOf('<html/>')[0]?.message).toBe(
      'expected definitions of DMN 1.1 to 1.5, got <html> of no namespace',
    )
  })
})

describe('the data of a model', () => {
  it('survives JSON', () => {
    const body = `${input('x', 'number')}${decision('D', table({ inputs: ['x'], outputs: ['y'], rules: [rule(1, 1)] }), { requires: ['x'] })}`
    const compiled = compileDmn(dmn(body))
    if (!compiled.ok) throw new Error('refused')
    expect(JSON.parse(JSON.stringify(compiled.value.model))).toEqual(compiled.value.model)
  })

  it('takes what Camunda makes: no input data, ids as names, types of its own', () => {
    const text = `<definitions xmlns="${namespaces['1.3']}" xmlns:modeler="http://camunda.org/schema/modeler/1.0"
        id="dish" name="Dish" namespace="http://camunda.org/schema/1.0/dmn" modeler:executionPlatform="Camunda Cloud">
      <decision id="season" name="The season"><decisionTable id="t1" hitPolicy="FIRST">
        <input id="i1" label="Temperature"><inputExpression id="e1" typeRef="integer"><text>temperature</text></inputExpression></input>
        <output id="o1" label="Season" name="season" typeRef="string"/>
        <rule id="r1"><inputEntry id="c1"><text>&gt; 20</text></inputEntry><outputEntry id="c2"><text>"summer"</text></outputEntry></rule>
        <rule id="r2"><inputEntry id="c3"><text></text></inputEntry><outputEntry id="c4"><text>"winter"</text></outputEntry></rule>
      </decisionTable></decision>
      <decision id="dishes" name="The dish"><informationRequirement id="ir"><requiredDecision href="#season"/></informationRequirement>
        <literalExpression id="l"><text>if season = "summer" then "salad" else "stew"</text></literalExpression></decision></definitions>`
    const { output, evaluated } = outcomeOf(text, 'dishes', { temperature: 25 })
    expect(output).toBe('salad')
    expect(evaluated[0]?.inputs[0]?.inputName).toBe('Temperature')
  })
})

describe('findings', () => {
  const good = table({ inputs: ['1'], outputs: ['y'], rules: [rule(1, 1)] })

  test.each<[string, string, readonly unknown[]]>([
    [
      'a dangling reference',
      decision('D', literal('1'), { requires: ['x'] }),
      ['DANGLING_REFERENCE', 'D', 2],
    ],
    [
      'a reference to an element of another kind',
      `${input('x')}\n${decision('D', literal('1'), { uses: ['x'] })}`,
      ['DANGLING_REFERENCE', 'D', 3],
    ],
    ['an id that occurs twice', `${input('x')}\n${input('x')}`, ['DUPLICATE_ID', 'x', 3]],
    ['a name that occurs twice', `${input('x')}\n<inputData id="z" name="x"/>`, ['DUPLICATE_NAME', 'z', 3]],
    [
      'a type that is defined twice',
      '<itemDefinition id="a" name="t"/>\n<itemDefinition id="b" name="t"/>',
      ['DUPLICATE_NAME', 'b', 3],
    ],
    ['a missing name', '<decision id="D"/>', ['MISSING_NAME', 'D', 2]],
    ['an expression that does not parse', decision('D', literal('1 +')), ['INVALID_EXPRESSION', 'D', 2]],
    [
      'a cell that does not parse',
      decision(
        'D',
        `\n${table({ inputs: ['1'], outputs: ['y'], rules: [{ when: ['> >'], gives: ['1'] }] })}`,
      ),
      ['INVALID_EXPRESSION', 'r1', 3],
    ],
    ['an unknown type', input('x', 'tNothing'), ['UNKNOWN_TYPE', 'x', 2]],
    [
      'types inside of each other',
      '<itemDefinition id="a" name="tA"><typeRef>tB</typeRef></itemDefinition>\n<itemDefinition id="b" name="tB"><typeRef>tA</typeRef></itemDefinition>',
      ['CYCLIC_TYPE', 'a', 2],
    ],
    [
      'allowed values that do not parse',
      '<itemDefinition id="a" name="tA"><typeRef>string</typeRef><allowedValues><text>"a</text></allowedValues></itemDefinition>',
      ['INVALID_EXPRESSION', 'a', 2],
    ],
    ['an unknown element', decision('D', '<literalExpresion/>'), ['UNKNOWN_ELEMENT', 'D', 2]],
    [
      'an unknown hit policy',
      decision('D', good.replace('<decisionTable', '<decisionTable hitPolicy="BEST"')),
      ['INVALID_VALUE', 'table', 2],
    ],
    [
      'a rule of another width',
      decision('D', table({ inputs: ['1'], outputs: ['y'], rules: [rule(2, 1)] })),
      ['RULE_WIDTH', 'r1', 2],
    ],
    [
      'a sum of several outputs',
      decision(
        'D',
        table({ hitPolicy: 'COLLECT', aggregation: 'SUM', inputs: ['1'], outputs: ['y', 'z'], rules: [] }),
      ),
      ['INVALID_AGGREGATION', 'table', 2],
    ],
    [
      'an output without name beside another',
      decision('D', table({ inputs: ['1'], outputs: ['<output/>', '<output/>'], rules: [] })),
      ['MISSING_NAME', 'table', 2],
    ],
    [
      'a conditional without else',
      decision(
        'D',
        `<conditional id="c"><if>${literal('true')}</if><then>${literal('1')}</then></conditional>`,
      ),
      ['MISSING_PART', 'c', 2],
    ],
    [
      'another expression language',
      decision(
        'D',
        '<literalExpression id="l" expressionLanguage="javascript"><text>1</text></literalExpression>',
      ),
      ['UNSUPPORTED_LANGUAGE', 'l', 2],
    ],
    [
      'a function of PMML',
      '<businessKnowledgeModel id="B" name="B"><encapsulatedLogic kind="PMML"/></businessKnowledgeModel>',
      ['UNSUPPORTED_LANGUAGE', 'B', 2],
    ],
    [
      'an import of nothing',
      '<import name="i" namespace="urn:nothing" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
      ['DANGLING_REFERENCE', 'definitions', 1],
    ],
  ])('name %s, its element and line', (_, body, expected) => {
    expect(compileDmn(dmn(body)).ok).toBe(false)
    expect(briefly(dmn(body))).toContainEqual(expected)
  })

  it('name the decisions of a circle', () => {
    const text = dmn(
      [
        decision('A', literal('B'), { requires: ['B'] }),
        decision('B', literal('C'), { requires: ['C'] }),
        decision('C', literal('A'), { requires: ['A'] }),
      ].join('\n'),
    )
    expect(findingsOf(text)).toMatchObject([
      { code: 'CYCLIC_REQUIREMENT', message: expect.stringContaining('A → B → C → A') },
    ])
  })

  it('name the file', () => {
    const other = dmn(decision('E', literal('1 +')), 'urn:other')
    expect(findingsOf([dmn(decision('D', literal('1'))), other])).toMatchObject([
      { file: 1, code: 'INVALID_EXPRESSION', elementId: 'E' },
    ])
  })

  it('name a file that is imported twice', () => {
    const once = (name: string) =>
      `<import id="${name}" name="${name}" namespace="urn:other" importType="${namespaces['1.5']}"/>`
    const text = dmn(`${once('a')}\n${once('b')}`)
    expect(briefly([text, dmn('', 'urn:other')])).toEqual([['DUPLICATE_NAME', 'b', 3]])
  })

  it('only warn of a decision without logic', () => {
    const compiled = compileDmn(dmn(decision('D', '')))
    expect(compiled).toMatchObject({ ok: true, value: { warnings: [{ code: 'NO_LOGIC', elementId: 'D' }] } })
  })

  it('leave extensions and diagrams alone', () => {
    const foreign = '<extensionElements><a:b xmlns:a="urn:a" expressionLanguage="x"/></extensionElements>'
    expect(findingsOf(dmn(`${foreign}\n${decision('D', literal('1'))}`))).toEqual([])
  })
})

describe('attacks on deployment', () => {
  test.each([
    ['a document type', `<!DOCTYPE d [<!ENTITY a "b">]>${dmn('')}`, 'DOCTYPE_FORBIDDEN'],
    ['text that is no XML', 'decision', 'XML_MALFORMED'],
    ['an element that is not closed', dmn('<decision id="D" name="D">'), 'XML_MALFORMED'],
    ['megabytes', dmn(' '.repeat(limits.definitionBytes)), 'DOCUMENT_TOO_LARGE'],
    [
      'boxes inside of boxes',
      dmn(decision('D', '<list>'.repeat(5_000) + '</list>'.repeat(5_000))),
      'DOCUMENT_TOO_DEEP',
    ],
    [
      'masses of decisions',
      dmn(Array.from({ length: 30_000 }, (_, index) => decision(`D${index}`, '')).join('')),
      'DOCUMENT_TOO_COMPLEX',
    ],
  ])('%s is refused', (_, text, code) => {
    expect(findingsOf(text)[0]?.code).toBe(code)
  })

  it('an expression that is too deep is a finding', () => {
    const deep = '('.repeat(10_000) + ')'.repeat(10_000)
    expect(briefly(dmn(decision('D', literal(deep))))).toEqual([['INVALID_EXPRESSION', 'D', 2]])
  })

  it('thousands of names with operators beside thousands of cells compile in no time', () => {
    const components = Array.from(
      { length: 2_000 },
      (_, index) => `<itemComponent name="a-${index}"><typeRef>number</typeRef></itemComponent>`,
    )
    const rules = Array.from({ length: 2_000 }, (_, index) => ({
      when: [`> ${index}`],
      gives: [`x.a-${index}`],
    }))
    const text = dmn(
      `<itemDefinition name="tBig">${components.join('')}</itemDefinition>${input('x', 'tBig')}${decision(
        'D',
        table({ hitPolicy: 'FIRST', inputs: ['1'], outputs: ['y'], rules }),
        { requires: ['x'] },
      )}`,
    )
    const start = performance.now()
    expect(compileDmn(text).ok).toBe(true)
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  it('a chain of item definitions that is too long is a finding', () => {
    const types = Array.from(
      { length: 2_000 },
      (_, index) =>
        `<itemDefinition id="t${index}" name="t${index}"><typeRef>${index === 1_999 ? 'string' : `t${index + 1}`}</typeRef></itemDefinition>`,
    )
    expect(findingsOf(dmn(types.join('\n')))[0]?.code).toBe('CYCLIC_TYPE')
  })

  it('names of the language of the engine are names like any other', () => {
    const text = dmn(
      input('__proto__') + decision('D', literal('{constructor: 1, __proto__: 2}.constructor')),
    )
    expect(outcomeOf(text, 'D').output).toBe(1)
    expect(compileDmn(dmn(decision('D', literal('1'), { requires: ['constructor'] }))).ok).toBe(false)
  })

  it('damaged text is refused or gives a whole model, and never throws', () => {
    const whole = dmn(
      `${input('x', 'number')}${decision('D', table({ inputs: ['x'], outputs: ['y'], rules: [rule(1, 1)] }), { requires: ['x'] })}`,
    )
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(40), fc.string({ maxLength: 10 }), (at, length, inserted) => {
        const compiled = compileDmn(whole.slice(0, at) + inserted + whole.slice(at + length))
        expect(compiled.ok ? compiled.value.model.files.length : compiled.error.length).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  })
})
