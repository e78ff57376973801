/** What a model says for people and tools. */
import { attributeText, childrenOf, type ElementConversion } from './element-conversion.ts'

export function convertVersionTag(conversion: ElementConversion): void {
  if (conversion.type !== 'process') return
  const tag = conversion.take('versionTag')
  if (tag !== undefined) conversion.extend(attributeText('versionTag', tag), 'versionTag', { value: tag })
}

export function convertProperties(conversion: ElementConversion): void {
  for (const properties of conversion.takeElements('properties')) {
    const converted = childrenOf(properties, 'property').map(({ attributes }) =>
      conversion.make('property', { name: attributes.get('name'), value: attributes.get('value') }),
    )
    if (converted.length > 0) conversion.extend('camunda:properties', 'properties', {}, converted)
  }
}
