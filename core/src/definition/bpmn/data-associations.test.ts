import { describe, expect, test } from 'vitest'
import type { Mapping } from '../../model/program.ts'
import { errorsOf, extension, nodeOf, process, programOf, warningsOf } from './fixtures/bpmn-text.ts'

const items = `<bpmn:property id="prop" name="customer" /><bpmn:dataObject id="o" name="order" />
  <bpmn:dataObjectReference id="ref" name="Order [new]" dataObjectRef="o" />
  <bpmn:dataObject id="o2" /><bpmn:dataObjectReference id="ref2" name="invoice" dataObjectRef="o2" />
  <bpmn:dataObject id="o3" name="Order form" /><bpmn:dataStoreReference id="store" name="orders" />`

const specification = (inputs: string, outputs = ''): string =>
  `<bpmn:ioSpecification>${inputs}${outputs}<bpmn:inputSet /><bpmn:outputSet /></bpmn:ioSpecification>`
const dataInput = (id: string, name = ''): string => `<bpmn:dataInput id="${id}" name="${name}" />`
const dataOutput = (id: string, name = ''): string => `<bpmn:dataOutput id="${id}" name="${name}" />`

const association = (kind: 'Input' | 'Output', source: string, target: string, content = ''): string =>
  `<bpmn:data${kind}Association>${source === '' ? '' : `<bpmn:sourceRef>${source}</bpmn:sourceRef>`}<bpmn:targetRef>${target}</bpmn:targetRef>${content}</bpmn:data${kind}Association>`

const withTask = (content: string): string => {
  const [property = '', ...rest] = items.split('\n')
  return process(`${property}${rest.join('')}<bpmn:task id="t">${content}</bpmn:task>`)
}

type Mappings = { readonly inputs: readonly Mapping[]; readonly outputs: readonly Mapping[] }
const mappingsOf = async (content: string): Promise<Mappings> => {
  const { inputs, outputs } = nodeOf(await programOf(withTask(content)), 't', 'pass-task')
  return { inputs, outputs }
}

describe('a data association', () => {
  test('copies a data object or a property into an input, and an output back', async () => {
    const content =
      specification(dataInput('i1', 'goods') + dataInput('i2'), dataOutput('d1', 'bill')) +
      association('Input', 'ref', 'i1') +
      association('Input', 'prop', 'i2') +
      association('Output', 'd1', 'ref2')
    expect(await mappingsOf(content)).toEqual({
      inputs: [
        { source: { feel: 'order' }, target: 'goods' },
        { source: { feel: 'customer' }, target: 'customer' },
      ],
      outputs: [{ source: { feel: 'bill' }, target: 'invoice' }],
    })
    expect(await warningsOf(withTask(content))).toEqual([])
  })

  test('takes the variable outside for an end with a name for people', async () => {
    const content =
      specification(dataInput('i1', 'The order'), dataOutput('d1', 'The order')) +
      association('Input', 'ref', 'i1') +
      association('Output', 'd1', 'o')
    const copy = [{ source: { feel: 'order' }, target: 'order' }]
    expect(await mappingsOf(content)).toEqual({ inputs: copy, outputs: copy })
  })

  test('transforms by FEEL, or assigns parts', async () => {
    const transformation = '<bpmn:transformation>= order.items[1]</bpmn:transformation>'
    const assignment = (from: string, to: string): string =>
      `<bpmn:assignment><bpmn:from>${from}</bpmn:from><bpmn:to>${to}</bpmn:to></bpmn:assignment>`
    const content =
      specification(dataInput('i1', 'first'), dataOutput('d1', 'bill')) +
      association('Input', 'ref', 'i1', transformation) +
      association(
        'Output',
        'd1',
        'o',
        assignment('= bill.sum', 'order.total') + assignment('true', '= order.paid'),
      )
    expect(await mappingsOf(content)).toEqual({
      inputs: [{ source: { feel: 'order.items[1]' }, target: 'first' }],
      outputs: [
        { source: { feel: 'bill.sum' }, target: 'order.total' },
        { source: { feel: 'true' }, target: 'order.paid' },
      ],
    })
  })

  test('comes before the mappings of zeebe', async () => {
    const content =
      extension('<zeebe:ioMapping><zeebe:input source="= goods.sum" target="sum" /></zeebe:ioMapping>') +
      specification(dataInput('i1', 'goods')) +
      association('Input', 'ref', 'i1')
    expect((await mappingsOf(content)).inputs.map(({ target }) => target)).toEqual(['goods', 'sum'])
  })

  test('of a modeler that only draws it, or with a data store, maps nothing', async () => {
    const content =
      '<bpmn:property id="p0" name="__targetRef_placeholder" />' +
      association('Input', 'ref', 'p0') +
      association('Input', 'store', 'p0') +
      association('Output', '', 'ref')
    expect(await mappingsOf(content)).toEqual({ inputs: [], outputs: [] })
    expect(await warningsOf(withTask(content))).toEqual([])
  })

  test('with something that is no variable is ignored with a warning', async () => {
    const content = specification(dataInput('i1', 'goods')) + association('Input', 'o3', 'i1')
    expect(await mappingsOf(content)).toEqual({ inputs: [], outputs: [] })
    expect(await warningsOf(withTask(content))).toEqual(['IGNORED_DATA_ASSOCIATION t'])
  })

  test.each([
    [
      'a transformation of another language',
      '<bpmn:transformation>#{order}</bpmn:transformation>',
      'INVALID_EXPRESSION t',
    ],
    [
      'an assignment to no variable',
      '<bpmn:assignment><bpmn:from>1</bpmn:from><bpmn:to>getOrder()</bpmn:to></bpmn:assignment>',
      'INVALID_MAPPING t',
    ],
  ])('is refused with %s', async (_name, inside, error) => {
    const content = specification(dataInput('i1', 'goods')) + association('Input', 'ref', 'i1', inside)
    expect((await errorsOf(withTask(content)))[0]).toBe(error)
  })
})
