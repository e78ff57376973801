import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readXmlDocument } from './read-xml-document.ts'
import { writeXml } from './write-xml.ts'
import { qualify, textIn, type XmlDocument, type XmlElement, type XmlNode } from './xml-document.ts'

function documentOf(text: string): XmlDocument {
  const read = readXmlDocument(text)
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  return read.value
}

const element = (
  name: string,
  attributes: Record<string, string>,
  children: readonly XmlNode[],
): XmlElement => ({
  kind: 'element',
  name,
  attributes: new Map(Object.entries(attributes)),
  namespaces: new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]),
  children,
})

describe('reading', () => {
  test('replaces references and keeps all else', () => {
    const { root } = documentOf('<a b="1 &lt; &#50;">x &amp; <![CDATA[&amp;]]><!-- c --><?i?></a>')
    expect(root).toEqual(
      element('a', { b: '1 < 2' }, [
        { kind: 'text', text: 'x & ' },
        { kind: 'cdata', text: '&amp;' },
        { kind: 'comment', text: ' c ' },
        { kind: 'instruction', text: '<?i?>' },
      ]),
    )
    expect(textIn(root)).toBe('x & &amp;')
  })

  test('knows what prefixes mean at each place', () => {
    const { root } = documentOf('<a xmlns="u" xmlns:p="v"><p:b xmlns:p="w" p:c="1" d="2"/></a>')
    const [inner] = root.children as readonly XmlElement[]
    expect(qualify('a', root.namespaces, 'element')).toEqual({ namespace: 'u', local: 'a' })
    expect(qualify('p:b', inner!.namespaces, 'element')).toEqual({ namespace: 'w', local: 'b' })
    expect(qualify('d', inner!.namespaces, 'attribute')).toEqual({ namespace: '', local: 'd' })
  })

  test.each([
    ['<a><b></a></b>', 1, 7],
    ['<a>', 1, 4],
    ['<a/>\n<b/>', 1, 1],
    ['<a/>\ntext', 1, 5],
    ['<a>\n <b c="1" c="2"/></a>', 2, 2],
    ['<a>\n<b c=1/></a>', 2, 1],
    ['<a><!-- </a>', 1, 4],
    ['<a>< b/></a>', 1, 4],
    ['', 1, 1],
  ])('refuses %j at its place', (text, line, column) => {
    expect(readXmlDocument(text)).toMatchObject({ ok: false, error: { line, column } })
  })
})

describe('what is written', () => {
  const character = fc.oneof(
    fc.constantFrom('<', '>', '&', '"', "'", '\t', '\n', '\r', ']]>', ' ', '😀', 'é'),
    fc.string(),
  )
  const text = fc
    .array(character, { minLength: 1, maxLength: 8 })
    .map((parts) => parts.join(''))
    .filter((value) => value !== '')
  const name = fc.constantFrom('a', 'b', 'p:c', '_d-e.f')
  const plain = text.map((value) => ({ kind: 'text', text: value }) as const)
  const tree = fc.letrec<{ node: XmlElement }>((tie) => ({
    node: fc
      .record({
        name,
        attributes: fc.dictionary(name, text, { maxKeys: 3 }),
        before: fc.option(plain, { nil: undefined }),
        inner: fc.option(tie('node'), { nil: undefined, depthSize: 'small' }),
        after: fc.option(plain, { nil: undefined }),
      })
      .map(({ name: tag, attributes, before, inner, after }) => {
        const children = inner === undefined ? [before] : [before, inner, after]
        return element(
          tag,
          attributes,
          children.filter((node) => node !== undefined),
        )
      }),
  })).node

  test('is read as the same tree', () => {
    fc.assert(
      fc.property(tree, (root) => {
        expect(documentOf(writeXml({ content: [root], root })).root).toEqual(root)
      }),
    )
  })

  test('is linear in cost', () => {
    const long = `<a ${'b="1" '.repeat(100_000)}/>`
    const start = performance.now()
    readXmlDocument(long)
    readXmlDocument(`<a>${'<b '.repeat(100_000)}`)
    readXmlDocument(`<a>${'<b>'.repeat(50_000)}`)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
