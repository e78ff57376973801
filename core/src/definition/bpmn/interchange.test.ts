import { describe, expect, test } from 'vitest'
import { file } from './fixtures/bpmn-text.ts'
import { exportBpmn, importBpmn } from './interchange.ts'

async function roundTrip(text: string): Promise<string> {
  const imported = await importBpmn(text)
  if (!imported.ok) throw new Error(JSON.stringify(imported.error))
  return exportBpmn(imported.value)
}

describe('an export holds', () => {
  const content = (inside: string): string => file(`<bpmn:process id="P">${inside}</bpmn:process>`)
  const extended = (inside: string): string =>
    content(`<bpmn:task id="a"><bpmn:extensionElements>${inside}</bpmn:extensionElements></bpmn:task>`)

  test.each([
    [
      'values that equal a default',
      content('<bpmn:task id="a" isForCompensation="false" startQuantity="1"/>'),
    ],
    ['attributes of unknown namespaces', content('<bpmn:task id="a" xmlns:x="urn:x" x:colour="red"/>')],
    ['attributes that the standard lacks', content('<bpmn:task id="a" colour="red"/>')],
    ['unknown extensions', extended('<x:e xmlns:x="urn:x" y="1"><x:inner>text</x:inner><inner/></x:e>')],
    ['text between extensions', extended('<x:e xmlns:x="urn:x">one <x:b>two</x:b> three</x:e>')],
    ['CDATA', extended('<x:e xmlns:x="urn:x"><![CDATA[a < b && c]]></x:e>')],
    ['Camunda 7 extensions', content('<bpmn:serviceTask id="a" camunda:class="org.example.A"/>')],
    ['comments and instructions', content('<!-- why --><?tool do?><bpmn:task id="a"/>')],
    ['elements where the standard has none', content('<x:e xmlns:x="urn:x"/><bpmn:task id="a"/>')],
    [
      'white space',
      content('\n  <bpmn:task id="a"><bpmn:documentation> a\n b </bpmn:documentation></bpmn:task>\n'),
    ],
    ['white space of attributes', content('<bpmn:task id="a" name="one&#10;two&#9;three&#13;four"/>')],
    ['what must be escaped', content('<bpmn:task id="a" name="&lt;&quot;&amp;&quot;&gt;"/>')],
    ['characters beyond U+FFFF', content('<bpmn:task id="a" name="😀"/>')],
  ])('%s, written as it was', async (_what, text) => {
    expect((await roundTrip(text)).trim()).toBe(text)
  })

  test('the same whatever the line ends were', async () => {
    const text = content('\n<bpmn:task id="a"/>\n')
    expect(await roundTrip(text.replaceAll('\n', '\r\n'))).toBe(await roundTrip(text))
  })
})

describe('an import', () => {
  test('of a text that says its encoding gives UTF-8', async () => {
    const latin = file('<bpmn:process id="P"/>').replace('UTF-8', 'ISO-8859-1')
    expect(await roundTrip(latin)).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/)
  })

  test('has typed elements with resolved references', async () => {
    const imported = await importBpmn(
      file(
        '<bpmn:process id="P"><bpmn:task id="a"/><bpmn:task id="b"/><bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b"/></bpmn:process>',
      ),
    )
    const definitions = imported.ok ? JSON.parse(JSON.stringify(imported.value.definitions)) : imported
    expect(definitions.rootElements[0].flowElements.map(({ $type }: { $type: string }) => $type)).toEqual([
      'bpmn:Task',
      'bpmn:Task',
      'bpmn:SequenceFlow',
    ])
  })

  test.each([
    ['no BPMN', '<html xmlns="http://www.w3.org/1999/xhtml"/>', 'NOT_BPMN'],
    ['no XML', '<bpmn:definitions', 'XML_MALFORMED'],
    ['a document type', '<!DOCTYPE a><a/>', 'DOCTYPE_FORBIDDEN'],
    ['a broken attribute', file('<bpmn:process id="P" id="Q"/>'), 'XML_MALFORMED'],
  ])('refuses %s', async (_what, text, code) => {
    const imported = await importBpmn(text)
    expect(imported.ok ? [] : imported.error.map((finding) => finding.code)).toContain(code)
  })

  test('names what the metamodel does not know', async () => {
    const imported = await importBpmn(file('<bpmn:process id="P"><bpmn:nonsense id="n"/></bpmn:process>'))
    const findings = imported.ok ? imported.value.findings : []
    expect(findings.map(({ code }) => code)).toEqual(['UNKNOWN_ELEMENT'])
  })
})
