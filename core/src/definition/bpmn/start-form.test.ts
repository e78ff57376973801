import { describe, expect, test } from 'vitest'
import { errorsOf, extension, nodeOf, process, programOf, warningsOf } from './fixtures/bpmn-text.ts'

const start = (id: string, form: string, trigger = ''): string =>
  `<bpmn:startEvent id="${id}">${extension(form)}${trigger}</bpmn:startEvent>`
const timer = '<bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition>'
const named = '<zeebe:formDefinition formId="order" bindingType="deployment" />'

describe('a start form', () => {
  test('is that of the start event without trigger', async () => {
    const program = await programOf(process(start('hourly', '', timer) + start('s', named)))
    expect(nodeOf(program, 'P', 'process').startForm).toEqual({
      start: 's',
      formId: 'order',
      binding: 'deployment',
    })
  })

  test('is absent when no start event has one', async () => {
    const root = nodeOf(await programOf(process(start('s', ''))), 'P', 'process')
    expect(root).not.toHaveProperty('startForm')
  })

  test.each([
    ['at a start event that nobody can use', start('s', named, timer)],
    ['in a sub-process', `<bpmn:subProcess id="sub">${start('s', named)}</bpmn:subProcess>`],
    ['of another system', start('s', '<zeebe:formDefinition externalReference="x" />')],
  ])('%s is ignored with a warning', async (_, content) => {
    expect(await warningsOf(process(content))).toEqual(['IGNORED_EXTENSION s'])
    expect(nodeOf(await programOf(process(content)), 'P', 'process').startForm).toBeUndefined()
  })

  test('named by an expression is refused', async () => {
    expect(await errorsOf(process(start('s', '<zeebe:formDefinition formId="= f" />')))).toEqual([
      'UNSUPPORTED_ELEMENT s',
    ])
  })
})
