/** Whose fault it is that nobody took an error: applications share this process, and theirs must not end it. */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ownFolder = fileURLToPath(new URL('.', import.meta.url))
/** What runs on behalf of applications. */
const servingFolder = fileURLToPath(new URL('./applications/', import.meta.url))

/** True when only Braid's own code is in the stack. What has no stack was not thrown by Braid, which throws errors. */
export function isBraids(error: unknown, applicationsDir: string | undefined): boolean {
  if (!(error instanceof Error)) return applicationsDir === undefined
  const frames = String(error.stack).split('\n').slice(1)
  const names = (folder: string): boolean => frames.some((frame) => frame.includes(folder))
  if (applicationsDir !== undefined && names(`${resolve(applicationsDir)}/`)) return false
  return names(ownFolder) && !names(servingFolder)
}
