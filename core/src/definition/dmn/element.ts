/** How the passes look at the XML of a DMN file. */
import type { Element } from './tree.ts'

/** The model namespaces of DMN 1.1 to 1.5. */
const modelNamespaces: ReadonlySet<string> = new Set([
  'http://www.omg.org/spec/DMN/20151101/dmn.xsd',
  'http://www.omg.org/spec/DMN/20180521/MODEL/',
  'https://www.omg.org/spec/DMN/20191111/MODEL/',
  'https://www.omg.org/spec/DMN/20211108/MODEL/',
  'https://www.omg.org/spec/DMN/20230324/MODEL/',
])

/** FEEL of DMN 1.1 to 1.5, and the names that editors write for it. */
const feelLanguage = /^(?:https?:\/\/www\.omg\.org\/spec\/(?:FEEL\/20140401|DMN\/\d{8}\/FEEL\/?)|feel)$/i

export const isModelElement = (element: Element): boolean => modelNamespaces.has(element.namespace)

export const isFeelNamespace = (uri: string): boolean => feelLanguage.test(uri)

export const isModelNamespace = (uri: string): boolean => modelNamespaces.has(uri)

/** Elements of DMN inside; those of other namespaces (extensions, diagrams) say nothing about decisions. */
export const childrenOf = (element: Element, ...names: readonly string[]): readonly Element[] =>
  element.children.filter(
    (child) => isModelElement(child) && (names.length === 0 || names.includes(child.name)),
  )

export const childOf = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find((child) => child.name === name && isModelElement(child))

/** An attribute; `undefined` when absent or blank. */
export function attributeOf(element: Element | undefined, name: string): string | undefined {
  const value = element?.attributes.get(name)?.trim()
  return value === undefined || value === '' ? undefined : value
}

/** The text of `<name>` or, where the element holds it itself, of `<text>` in it. */
export const textOf = (element: Element | undefined): string => childOf(element, 'text')?.text.trim() ?? ''

/** A name as FEEL reads it: every run of white space is one space. */
export const nameOf = (element: Element | undefined): string =>
  (element?.attributes.get('name') ?? '').trim().replaceAll(/\s+/g, ' ')

/** `decision table` for `decisionTable`. */
export const kindInWords = (localName: string): string =>
  localName.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
