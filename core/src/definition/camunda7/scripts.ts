/** Script tasks: FEEL is evaluated in the engine, everything else is work for somebody outside. */
import { elementsIn, textIn } from '../xml/xml-document.ts'
import type { ElementConversion } from './element-conversion.ts'
import { bpmnNamespace, localNameIn } from './namespaces.ts'

function feelOf(format: string, script: string, conversion: ElementConversion): string | undefined {
  if (format === 'feel') return script.replace(/^=/, '').trim()
  return conversion.feel(script, 'script')
}

export function convertScript(conversion: ElementConversion): void {
  if (conversion.type !== 'scriptTask') return
  const { element } = conversion
  const format = (element.attributes.get('scriptFormat') ?? '').toLowerCase()
  const resultVariable = conversion.take('resultVariable')
  const body = elementsIn(element).find((child) => localNameIn(bpmnNamespace, child) === 'script')
  const script = body === undefined ? '' : textIn(body).trim()
  const from = `scriptFormat="${format}"`
  if (format !== 'feel' && format !== 'juel') {
    if (resultVariable !== undefined) {
      const message =
        'expected a script in FEEL for a result; a worker of other scripts names its results itself'
      conversion.refused(`${from} camunda:resultVariable="${resultVariable}"`, message)
    } else if (script !== '' && conversion.file.isCamunda7) {
      conversion.differs(
        from,
        'the script is a job of the type braid:script, and reaches its variables as a job does',
      )
    }
    return
  }
  if (resultVariable === undefined || script === '') {
    conversion.refused(from, 'expected an expression, and a camunda:resultVariable for its result')
    return
  }
  const feel = feelOf(format, script, conversion)
  conversion.changed.set('scriptFormat', undefined)
  if (feel !== undefined) conversion.extend(from, 'script', { expression: `=${feel}`, resultVariable })
}
