/** Item definitions (DMN 1.5 §7.3.3): XML to data. */
import type { ItemDefinition } from '../../model/decision-model.ts'
import { attributeOf, childOf, childrenOf, kindInWords, nameOf, textOf } from './element.ts'
import { identified, type Reading, typed, typeName, variableOf } from './reading.ts'
import type { Element } from './tree.ts'

export function readItemDefinition(element: Element, reading: Reading): ItemDefinition {
  const name = nameOf(element)
  if (name === '') {
    reading.log.error('MISSING_NAME', element, `expected a name for this ${kindInWords(element.name)}`)
  }
  const allowedValues = textOf(childOf(element, 'allowedValues'))
  const constraint = textOf(childOf(element, 'typeConstraint'))
  const item = childOf(element, 'functionItem')
  return {
    ...identified(element),
    name,
    ...typed(element, reading),
    isCollection: attributeOf(element, 'isCollection') === 'true',
    ...(allowedValues !== '' && { allowedValues }),
    ...(constraint !== '' && { constraint }),
    components: childrenOf(element, 'itemComponent').map((component) =>
      readItemDefinition(component, reading),
    ),
    ...(item !== undefined && { signature: readSignature(item, reading) }),
  }
}

function readSignature(item: Element, reading: Reading): NonNullable<ItemDefinition['signature']> {
  const result = attributeOf(item, 'outputTypeRef')
  return {
    parameters: childrenOf(item, 'parameters').map((parameter) => variableOf(parameter, reading)),
    ...(result !== undefined && { result: typeName(result, item, reading) }),
  }
}
