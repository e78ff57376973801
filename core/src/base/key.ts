declare const keyBrand: unique symbol

/**
 * Identifies an instance, element instance, job, timer, incident … over the whole installation.
 * A positive integer below 2^53, handed out in blocks from one database sequence; a string in JSON.
 */
export type Key = number & { readonly [keyBrand]: true }

/** Hands out keys that were never handed out before. */
export type KeySource = { next(): Key }

/** Reads a key from its wire form (a decimal string); `undefined` when it is not one. */
export function parseKey(text: string): Key | undefined {
  if (!/^[1-9]\d{0,15}$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? (value as Key) : undefined
}

export const formatKey = (key: Key): string => String(key)
