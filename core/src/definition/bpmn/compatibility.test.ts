import { describe, expect, test } from 'vitest'
import { type Compatibility, checkCompatibility } from './compatibility.ts'
import { compileBpmn } from './compile.ts'
import { extension, file, flow, process } from './fixtures/bpmn-text.ts'

const camunda7 = (content: string): string => process(content).replace(/ xmlns:zeebe="[^"]*"/, '')

const verdictsOf = ({ elements }: Compatibility) =>
  Object.fromEntries(elements.map(({ elementId = '', verdict }) => [elementId, verdict]))

describe('a model of Camunda 7', () => {
  const content = [
    '<bpmn:serviceTask id="a" name="Pay" camunda:type="external" camunda:topic="pay" />',
    '<bpmn:task id="b" camunda:asyncBefore="true" />',
    '<bpmn:scriptTask id="c" scriptFormat="groovy"><bpmn:script>1</bpmn:script></bpmn:scriptTask>',
    `<bpmn:task id="d" />${flow('f', 'a', 'b', '#{x > 1}')}`,
  ]

  test('is judged element by element, with the lines of the file', async () => {
    const report = await checkCompatibility(camunda7(content.join('\n')))
    expect(verdictsOf(report)).toEqual({
      P: 'unchanged',
      a: 'translated',
      b: 'ignored',
      c: 'differs',
      d: 'unchanged',
      f: 'translated',
    })
    expect(report.elements[1]).toMatchObject({
      elementType: 'serviceTask',
      name: 'Pay',
      line: 4,
      remarks: [
        { from: 'camunda:type="external" camunda:topic="pay"', to: 'zeebe:taskDefinition type="pay"' },
      ],
    })
    expect(await compileBpmn(report.xml ?? '')).toMatchObject({ ok: true })
  })

  test('names all that is refused, by the conversion and by the compiler', async () => {
    const refused = [
      '<bpmn:serviceTask id="a" camunda:class="A" />',
      '<bpmn:serviceTask id="b" />',
      '<bpmn:sendTask id="c" camunda:type="external" camunda:topic="t" />',
    ]
    const report = await checkCompatibility(camunda7(refused.join('\n')))
    expect(report.xml).toBeUndefined()
    expect(verdictsOf(report)).toMatchObject({ a: 'refused', b: 'refused', c: 'translated' })
    expect(report.elements.map(({ remarks }) => remarks.map(({ code }) => code))).toEqual([
      [],
      ['CAMUNDA_7_EXTENSION'],
      ['MISSING_TASK_DEFINITION'],
      [undefined],
    ])
  })
})

describe('a model of Camunda 8', () => {
  test('runs unchanged and is written as it was', async () => {
    const xml = process(
      `<bpmn:serviceTask id="a">${extension('<zeebe:taskDefinition type="t" />')}</bpmn:serviceTask>`,
    ).replace(/ xmlns:camunda="[^"]*"/, '')
    const report = await checkCompatibility(xml)
    expect(verdictsOf(report)).toEqual({ P: 'unchanged', a: 'unchanged' })
    expect(report.xml?.replaceAll('/>', ' />').trim()).toBe(xml)
  })

  test('has notes where it has warnings', async () => {
    const report = await checkCompatibility(process('<bpmn:subProcess id="s" />'))
    expect(report.elements[1]).toMatchObject({ verdict: 'noted', remarks: [{ code: 'EMPTY_SUB_PROCESS' }] })
  })
})

describe('a file', () => {
  test.each([
    ['that is no BPMN', '<html/>', 'NOT_BPMN'],
    ['that is no XML', 'hello', 'XML_MALFORMED'],
    ['with a document type', '<!DOCTYPE x><x/>', 'DOCTYPE_FORBIDDEN'],
  ])('%s is refused as a whole', async (_what, text, code) => {
    expect((await checkCompatibility(text)).elements).toMatchObject([
      { elementType: 'file', verdict: 'refused', remarks: [{ code }] },
    ])
  })

  test('without anything to run is refused', async () => {
    const report = await checkCompatibility(file('<bpmn:process id="P" isExecutable="false"/>'))
    expect(report.elements).toMatchObject([
      { elementId: 'P', verdict: 'refused', remarks: [{}, { code: 'PROCESS_SKIPPED' }] },
    ])
  })
})
