/** Who does a user task, until when, and with which form. */
import { attributeText, type ElementConversion } from './element-conversion.ts'

type Attribute = readonly [name: string, become: string]

/** Attributes that together are one extension element. */
function convertTogether(
  conversion: ElementConversion,
  element: string,
  attributes: readonly Attribute[],
  read: (text: string, from: string) => string | undefined,
): void {
  const found = attributes.flatMap(([name, become]) => {
    const text = conversion.take(name)
    if (text === undefined || text.trim() === '') return []
    return [{ from: attributeText(name, text), become, value: read(text, `camunda:${name}`) }]
  })
  if (found.length === 0) return
  const entries = found.map(({ become, value }) => [become, value] as const)
  conversion.extend(found.map(({ from }) => from).join(' '), element, Object.fromEntries(entries))
}

/** A date, or how long from now. */
function dateOf(text: string, from: string, conversion: ElementConversion): string | undefined {
  if (/^P\S+$/.test(text.trim())) return `=now() + duration("${text.trim()}")`
  return conversion.text(text, from)
}

const bindings: Readonly<Record<string, string>> = { latest: 'latest', deployment: 'deployment' }

function convertForm(conversion: ElementConversion): void {
  const [key, form, binding] = ['formKey', 'formRef', 'formRefBinding'].map((name) => conversion.take(name))
  if (
    conversion.take('formRefVersion') !== undefined ||
    (binding !== undefined && bindings[binding] === undefined)
  ) {
    conversion.refused('camunda:formRefVersion', 'expected the binding latest or deployment')
    return
  }
  if (form !== undefined) {
    const formId = conversion.text(form, 'camunda:formRef')
    conversion.extend(attributeText('formRef', form), 'formDefinition', { formId, bindingType: binding })
    return
  }
  if (key === undefined) return
  const from = attributeText('formKey', key)
  if (conversion.type === 'startEvent') {
    conversion.ignored(
      from,
      'start events show forms of their own deployment only: name one by camunda:formRef',
    )
    return
  }
  conversion.extend(from, 'formDefinition', { externalReference: conversion.text(key, 'camunda:formKey') })
}

export function convertUserTask(conversion: ElementConversion): void {
  if (conversion.type === 'startEvent') convertForm(conversion)
  if (conversion.type !== 'userTask') return
  const text = (value: string, from: string): string | undefined => conversion.text(value, from)
  const people: readonly Attribute[] = [
    ['assignee', 'assignee'],
    ['candidateUsers', 'candidateUsers'],
    ['candidateGroups', 'candidateGroups'],
  ]
  convertTogether(conversion, 'assignmentDefinition', people, text)
  const dates: readonly Attribute[] = [
    ['dueDate', 'dueDate'],
    ['followUpDate', 'followUpDate'],
  ]
  convertTogether(conversion, 'taskSchedule', dates, (value, from) => dateOf(value, from, conversion))
  convertTogether(conversion, 'priorityDefinition', [['priority', 'priority']], text)
  convertForm(conversion)
}
