/**
 * Imports an application with all files of its folder anew. Node keeps a module for good under its URL, so each loading
 * has a number that goes into the URLs of the whole folder, relative imports included: what runs keeps the modules that
 * it began with. Node itself imports this file also in tests, where another loader would not ask the hook.
 */
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

const mark = 'braid-loading'
const numbered = new RegExp(`\\?${mark}=(\\d+)`)

/** Folders by the number of their loading. */
const folders = new Map<string, string>()

registerHooks({
  resolve(specifier, context, next) {
    const number = context.parentURL === undefined ? undefined : numbered.exec(context.parentURL)?.[1]
    const folder = number === undefined ? undefined : folders.get(number)
    if (folder === undefined) return next(specifier, context)
    // Braid's own packages, wherever the folder of the application lies.
    const isBraids = specifier.startsWith('@braid/contract/') || specifier === 'zod'
    if (isBraids) return next(specifier, { ...context, parentURL: import.meta.url })
    const found = next(specifier, context)
    const isOwn = found.url.startsWith(folder) && !found.url.includes('/node_modules/')
    return isOwn ? { ...found, url: `${found.url}?${mark}=${number}` } : found
  },
})

let loadings = 0

/** The exports of `<folder>/application.ts`. Rejects with what the import throws. */
export async function importApplication(folder: string): Promise<Readonly<Record<string, unknown>>> {
  loadings += 1
  const url = pathToFileURL(`${folder}/`).href
  folders.set(String(loadings), url)
  const file = `${url}application.ts?${mark}=${loadings}`
  return await import(file)
}

/** Without what only this file put into it. */
export const withoutLoading = (text: string): string => text.replaceAll(new RegExp(numbered, 'g'), '')
