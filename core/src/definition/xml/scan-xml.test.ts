import { expect, test } from 'vitest'
import { scanXml } from './scan-xml.ts'

const scan = (xml: string): ReturnType<typeof scanXml> =>
  scanXml(xml, {
    isCounted: (name) => name === 'task',
    isNested: (name) => name === 'sub',
    maxDepth: 100,
    maxElements: 1000,
    maxCounted: 500,
    maxAttributes: 50,
  })

test('counts elements, nesting and namespaces', () => {
  const measures = scan('<a xmlns:x="u"><x:task/><sub><sub><task></task></sub><sub/></sub></a>')
  expect(measures).toMatchObject({ elements: 6, counted: 2, namespaces: 1, depth: 4, nested: 2 })
})

test('sees no tags in comments, character data, instructions and attribute values', () => {
  const measures = scan('<?x <task/> ?><a b="<task/>"><!-- <task> <!DOCTYPE> --><![CDATA[<task/>]]></a>')
  expect(measures).toMatchObject({ elements: 1, counted: 0, depth: 1 })
  expect(measures.declaration).toBeUndefined()
})

test('tells where a declaration is', () => {
  expect(scan('<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x "y">]><a/>').declaration).toBe(22)
  expect(scan('<a><!ENTITY x "y"></a>').declaration).toBe(3)
})

test('places ids by line and column, whatever the line ends are', () => {
  const { positions } = scan(
    '<a\n  id="A">\r\n <task name="id=\'no\'" id=\'B\'/>\r<x:task id = "C"/><c id="B"/></a>',
  )
  expect(positions.find('A', 'first')).toEqual({ line: 1, column: 1 })
  expect(positions.find('B', 'first')).toEqual({ line: 3, column: 2 })
  expect(positions.find('B', 'last')).toEqual({ line: 4, column: 19 })
  expect(positions.find('C', 'first')).toEqual({ line: 4, column: 1 })
  expect(positions.find('no', 'first')).toBeUndefined()
  expect(positions.find('constructor', 'first')).toBeUndefined()
})

test('stops soon after a bound is passed', () => {
  expect(scan('<a>'.repeat(100_000)).depth).toBe(101)
  expect(scan(`<r>${'<b/>'.repeat(100_000)}</r>`).elements).toBe(1001)
  expect(scan(`<r>${'<task/>'.repeat(100_000)}</r>`).counted).toBe(501)
})

test.each(['<a', '<a b="', "<a b='>", '<', '<!--', '<![CDATA[', '</a></a>', '', '<a b=">" c', '<a "\'"\'>'])(
  'ends on the broken text %s',
  (xml) => {
    expect(scan(xml).elements).toBeLessThanOrEqual(1)
  },
)
