/** What went wrong in the code of an application, and where: as a person would look it up in an editor. */
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withoutLoading } from './module-graph.ts'

/** Longer ones are cut: a message goes into lists and logs. */
const maxMessage = 4_000

export type Failure = { readonly message: string; readonly place?: string }

/** `place` is `<file>:<line>:<column>`, the file seen from `root`. */
export function failureOf(error: unknown, root: string): Failure {
  const place = error instanceof Error ? placeIn(withoutLoading(String(error.stack)), root) : undefined
  return { message: messageOf(error), ...(place === undefined ? {} : { place }) }
}

/** Whatever was thrown. */
export function messageOf(error: unknown): string {
  return withoutLoading(textOf(error)).replaceAll('\0', '').slice(0, maxMessage)
}

function textOf(error: unknown): string {
  if (error instanceof Error) return error.message === '' ? error.name : error.message
  try {
    const text = typeof error === 'object' ? JSON.stringify(error) : String(error)
    return `expected an Error to be thrown, got ${text}`
  } catch {
    return `expected an Error to be thrown, got another ${typeof error}`
  }
}

const frame = /(?:file:\/\/)?(\/[^\s():?]+):(\d+):(\d+)/g
/** Of code that could not be read: the place, some lines up to it, and a mark below the column. */
const unread = /^(?:file:\/\/)?(\/[^\n:]+):(\d+)\n(?:[^\n]*\n){1,5}?( *)\^/

function placeIn(stack: string, root: string): string | undefined {
  const syntax = unread.exec(stack)
  if (syntax !== null) {
    const [, file = '', line = '', indent = ''] = syntax
    return within(file, root)?.concat(`:${line}:${indent.length + 1}`)
  }
  for (const [, file = '', line, column] of stack.matchAll(frame)) {
    const place = within(file, root)
    if (place !== undefined) return `${place}:${line}:${column}`
  }
  return undefined
}

function within(file: string, root: string): string | undefined {
  const path = relative(root, pathOf(file))
  return path === '' || path.startsWith('..') ? undefined : path.split(sep).join('/')
}

/** Stacks have the paths of URLs, in which some characters are written by their codes. */
function pathOf(file: string): string {
  try {
    return fileURLToPath(`file://${file}`)
  } catch {
    return file
  }
}
