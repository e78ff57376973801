/** Call activities: which process, in which version, and which variables go there and back. */
import type { XmlElement } from '../xml/xml-document.ts'
import { elementsIn } from '../xml/xml-document.ts'
import { attributeText, type ElementConversion } from './element-conversion.ts'
import { variableFeel } from './juel/feel.ts'
import { localNameIn, zeebeNamespace } from './namespaces.ts'

type Side = 'in' | 'out'

const callAttributes = ['calledElementBinding', 'calledElementVersion', 'calledElementVersionTag']

/** Whether all variables go along, after the ones that are named were mapped. */
function convertVariables(side: Side, conversion: ElementConversion): boolean {
  let [all, named] = [false, 0]
  for (const { attributes } of conversion.takeElements(side)) {
    const written = [...attributes].map(([key, value]) => `${key}="${value}"`).join(' ')
    const from = `camunda:${side} ${written}`
    const target = attributes.get('target')
    const source = sourceOf(attributes, from, conversion)
    if (attributes.get('local') === 'true') {
      conversion.refused(from, 'expected variables of any scope; which are local is not known')
    } else if (attributes.has('businessKey')) {
      conversion.ignored(from, 'a called instance has no business id of its own')
    } else if (attributes.get('variables') === 'all') all = true
    else if (source !== undefined && target !== undefined) {
      named += 1
      conversion.map(from, side === 'in' ? 'input' : 'output', source, target)
    } else if (source !== undefined || !attributes.has('sourceExpression')) {
      conversion.refused(from, 'expected a source or a sourceExpression, and a target')
    }
  }
  if (side === 'out' && all && named > 0) {
    conversion.refused(
      'camunda:out variables="all"',
      'expected either all variables or named ones: name all that are needed',
    )
  }
  return all
}

function sourceOf(
  attributes: XmlElement['attributes'],
  from: string,
  conversion: ElementConversion,
): string | undefined {
  const [source, expression] = [attributes.get('source'), attributes.get('sourceExpression')]
  if (source !== undefined) return `=${variableFeel(source)}`
  return expression === undefined ? undefined : conversion.text(expression, from)
}

function bindingOf(conversion: ElementConversion): { bindingType?: string; versionTag?: string } {
  const [binding, tag] = [conversion.take('calledElementBinding'), conversion.take('calledElementVersionTag')]
  const version = conversion.take('calledElementVersion')
  if (binding === 'version' || version !== undefined) {
    const from = `camunda:calledElementVersion="${version ?? ''}"`
    conversion.refused(
      from,
      'versions are counted anew here: expected the binding latest, deployment or versionTag',
    )
    return {}
  }
  return {
    ...(binding !== undefined && { bindingType: binding }),
    ...(tag !== undefined && { versionTag: tag }),
  }
}

/** Without `camunda:in` nothing goes to the called process, without `camunda:out` nothing comes back. */
export function convertCall(conversion: ElementConversion): void {
  const { element, type, file } = conversion
  if (type !== 'callActivity') return
  const isMeant =
    conversion.hasElements('in') ||
    conversion.hasElements('out') ||
    callAttributes.some((name) => conversion.has(name))
  if (!file.isCamunda7 && !isMeant) return
  const called = element.attributes.get('calledElement')
  const isConverted = elementsIn(element)
    .flatMap(elementsIn)
    .some((extension) => localNameIn(zeebeNamespace, extension) === 'calledElement')
  if (called === undefined || isConverted) return
  conversion.changed.set('calledElement', undefined)
  const processId = conversion.text(called, 'calledElement')
  const binding = bindingOf(conversion)
  const propagateAllParentVariables = String(convertVariables('in', conversion))
  const propagateAllChildVariables = String(convertVariables('out', conversion))
  conversion.extend(`calledElement="${called}"`, 'calledElement', {
    processId,
    ...binding,
    propagateAllParentVariables,
    propagateAllChildVariables,
  })
}

/** Decisions are called too: `camunda:decisionRef` of a business rule task. */
export function convertDecision(conversion: ElementConversion): void {
  if (conversion.type !== 'businessRuleTask') return
  const decision = conversion.take('decisionRef')
  if (decision === undefined) return
  const [binding, tag] = [conversion.take('decisionRefBinding'), conversion.take('decisionRefVersionTag')]
  const version = conversion.take('decisionRefVersion')
  if (binding === 'version' || version !== undefined) {
    conversion.refused(
      `camunda:decisionRefVersion="${version ?? ''}"`,
      'versions are counted anew here: expected the binding latest, deployment or versionTag',
    )
  }
  const shape = conversion.take('mapDecisionResult') ?? 'resultList'
  const resultVariable = conversion.take('resultVariable')
  const from = attributeText('decisionRef', decision)
  if (resultVariable === undefined) {
    conversion.refused(from, 'expected a camunda:resultVariable, which holds the result')
    return
  }
  conversion.extend(`${from} ${attributeText('resultVariable', resultVariable)}`, 'calledDecision', {
    decisionId: conversion.text(decision, 'camunda:decisionRef'),
    resultVariable,
    bindingType: binding,
    versionTag: tag,
  })
  reportShape(shape, conversion)
}

/** The result is what the decision's hit policy and outputs make of it, whatever shape was asked for. */
function reportShape(shape: string, conversion: ElementConversion): void {
  const from = attributeText('mapDecisionResult', shape)
  const same: Readonly<Record<string, string>> = {
    singleEntry: 'a single hit and a single output',
    collectEntries: 'the hit policy COLLECT and a single output',
    singleResult: 'a single hit and several outputs',
    resultList: 'the hit policy COLLECT or RULE ORDER and several outputs',
  }
  const condition = same[shape]
  if (condition === undefined) conversion.refused(from, `expected one of ${Object.keys(same).join(', ')}`)
  else
    conversion.differs(
      from,
      `the result has this shape for ${condition}; for others it is as the decision gives it`,
    )
}
