/** External tasks: jobs for workers. */

import { textIn, type XmlElement } from '../xml/xml-document.ts'
import { attributeText, childrenOf, type ElementConversion } from './element-conversion.ts'

const jobTypes: ReadonlySet<string> = new Set([
  ...['serviceTask', 'sendTask', 'businessRuleTask', 'intermediateThrowEvent', 'endEvent'],
])

/** Of `R3/PT10M`, how often; the worker itself says how long to wait. */
function retriesOf(conversion: ElementConversion, isJob: boolean): string | undefined {
  let retries: string | undefined
  for (const element of conversion.takeElements('failedJobRetryTimeCycle')) {
    const from = `camunda:failedJobRetryTimeCycle ${textIn(element).trim()}`
    const [, count, pause] = /^R(\d{1,6})(?:\/(P\S*))?$/.exec(textIn(element).trim()) ?? []
    if (count === undefined || !isJob) {
      const why = isJob ? 'it is no number of retries such as R3/PT10M' : 'only jobs are tried again'
      conversion.ignored(from, why)
      continue
    }
    retries = count
    conversion.translated(from, `retries="${count}"`)
    if (pause !== undefined && !/^PT?0\w$/.test(pause)) {
      conversion.differs(from, 'a worker says how long to wait when it fails a job')
    }
  }
  return retries
}

/** Extension properties reach the worker, as headers do. */
function headersOf(conversion: ElementConversion): readonly XmlElement[] {
  return conversion
    .takeElements('properties')
    .flatMap((properties) => childrenOf(properties, 'property'))
    .map(({ attributes }) =>
      conversion.make('header', { key: attributes.get('name') ?? '', value: attributes.get('value') ?? '' }),
    )
}

export function convertJob(conversion: ElementConversion): void {
  const isExternal = jobTypes.has(conversion.type) && conversion.has('type')
  const retries = retriesOf(conversion, isExternal)
  if (!isExternal) return
  const kind = conversion.take('type') ?? ''
  const topic = conversion.take('topic')
  const from = attributeText('type', kind)
  if (kind !== 'external' || topic === undefined) {
    const expected = 'expected camunda:type="external" with a camunda:topic, for which workers ask'
    conversion.refused(from, expected)
    return
  }
  const type = conversion.text(topic, 'camunda:topic')
  conversion.extend(`${from} ${attributeText('topic', topic)}`, 'taskDefinition', { type, retries })
  const headers = headersOf(conversion)
  if (headers.length > 0) conversion.extend('camunda:properties', 'taskHeaders', {}, headers)
}
