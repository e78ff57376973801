import { describe, expect, test } from 'vitest'
import { compileBpmn } from './compile.ts'
import {
  errorsOf,
  extension,
  file,
  findingsOf,
  flow,
  nodeOf,
  process,
  programOf,
  warningsOf,
} from './fixtures/bpmn-text.ts'

describe('text that is no BPMN', () => {
  test.each([
    ['an unclosed tag', '<bpmn:definitions', 'XML_MALFORMED'],
    ['a wrong end tag', '<a><b></a></b>', 'NOT_BPMN'],
    [
      'an unclosed element',
      '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process>',
      'XML_MALFORMED',
    ],
    ['plain text', 'hello', 'XML_MALFORMED'],
    ['another vocabulary', '<html><body/></html>', 'NOT_BPMN'],
    ['definitions of another namespace', '<definitions xmlns="urn:x"/>', 'NOT_BPMN'],
    ['JSON', '{"a":1}', 'XML_MALFORMED'],
  ])('is refused: %s', async (_name, xml, code) => {
    expect(await errorsOf(xml)).toContain(code)
  })

  test('is placed', async () => {
    expect(await findingsOf(process('<bpmn:task id="a">\n</bpmn:oops>'))).toMatchObject([
      { code: 'XML_MALFORMED', line: 5, column: 1 },
    ])
  })
})

describe('what the parser would skip', () => {
  test('is refused: a duplicate id, placed at its second occurrence', async () => {
    const findings = await findingsOf(
      process('<bpmn:task id="a" />\n<bpmn:task id="b" />\n<bpmn:userTask id="a" />'),
    )
    expect(findings).toMatchObject([{ code: 'DUPLICATE_ID', elementId: 'a', line: 6, column: 1 }])
  })

  test.each(['1a', 'a b', 'ä', 'a\u202eb', 'a\u200bb', '', 'x'.repeat(256)])(
    'is refused: the id "%s"',
    async (id) => {
      const errors = await errorsOf(process(`<bpmn:task id="${id}" /><bpmn:task id="z" />`))
      expect(errors).toHaveLength(1)
      expect(errors[0]).toMatch(/^(INVALID|MISSING)_ID/)
    },
  )

  test('is refused: an unknown element of BPMN', async () => {
    const xml = process('<bpmn:task id="a" />\n<bpmn:teleport id="b" />')
    expect(await findingsOf(xml)).toMatchObject([{ code: 'UNKNOWN_ELEMENT', line: 5 }])
  })

  test('is refused: an unknown element or attribute of zeebe', async () => {
    const task = (inside: string): string =>
      process(
        `<bpmn:serviceTask id="a">${extension(`<zeebe:taskDefinition type="t" />${inside}`)}</bpmn:serviceTask>`,
      )
    expect(await errorsOf(task('<zeebe:teleport />'))).toEqual(['UNKNOWN_ELEMENT'])
    expect(
      await errorsOf(
        task('<zeebe:ioMapping><zeebe:input source="=1" target="a" when="=x" /></zeebe:ioMapping>'),
      ),
    ).toEqual(['UNSUPPORTED_ELEMENT a'])
  })

  test('is refused: text where none belongs', async () => {
    expect(await errorsOf(process('<bpmn:task id="a">stray</bpmn:task>'))).toEqual(['UNKNOWN_ELEMENT'])
  })

  test('is refused: a prefix without namespace', async () => {
    expect(await errorsOf(process(`<bpmn:task id="a">${extension('<y:z />')}</bpmn:task>`))).toEqual([
      'XML_MALFORMED',
    ])
  })

  test('is ignored with a warning: elements and attributes of other vendors', async () => {
    const foreign = '<y:z xmlns:y="urn:y" />'
    const xml = process(`<bpmn:task id="a" color="red">${foreign}${extension(foreign)}</bpmn:task>`)
    expect(await warningsOf(xml)).toEqual(['UNKNOWN_ATTRIBUTE a', 'IGNORED_EXTENSION', 'IGNORED_EXTENSION a'])
  })

  test('is ignored with a warning: faults of the diagram', async () => {
    const diagram =
      '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" id="{1}"><di:BPMNPlane id="p" /></di:BPMNDiagram>'
    expect(await warningsOf(process('<bpmn:task id="a" />', diagram))).toEqual(['INVALID_ID {1}'])
  })
})

test('references to characters beyond 16 bits keep their meaning', async () => {
  const program = await programOf(process('<bpmn:task id="a" name="&#128512;&#x1F680;&#65;&amp;" />'))
  expect(nodeOf(program, 'a', 'pass-task').name).toBe('😀🚀A&')
})

test('names that objects inherit are plain data', async () => {
  const ids = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype']
  const tasks = ids.map((id) => `<bpmn:task id="${id}" __proto__="x" constructor="y" />`)
  const flows = ids.slice(1).map((id, index) => flow(`flow_${index}`, ids[index] ?? '', id))
  const result = await compileBpmn(process([...tasks, ...flows].join('\n')))
  expect(result.ok && result.value.programs[0]?.nodes.map(({ id }) => id)).toEqual(['P', ...ids])
  expect(Object.keys(Object.prototype)).toEqual([])
})

test('entities that nobody declared stay text', async () => {
  const program = await programOf(process('<bpmn:task id="a" name="&lol; &nbsp;" />'))
  expect(nodeOf(program, 'a', 'pass-task').name).toBe('&lol; &nbsp;')
})

test('a file with the BPMN namespace as default reads the same', async () => {
  const xml =
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="u"><process id="P" isExecutable="true"><task id="a"/></process></definitions>'
  expect((await programOf(xml)).nodes.map(({ id }) => id)).toEqual(['P', 'a'])
  expect(await errorsOf(file(''))).toEqual(['NO_EXECUTABLE_PROCESS'])
})
