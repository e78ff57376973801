/** What JSON can carry. Objects are plain data: their keys are never looked up on a prototype. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

export type JsonObject = { readonly [name: string]: JsonValue }
