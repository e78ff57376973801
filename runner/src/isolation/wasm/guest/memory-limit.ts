/** Bounds the memory of WebAssembly, which no option of Node does. Engines grow it by this one call. */
declare const WebAssembly: { readonly Memory: { prototype: GrowingMemory } }

type GrowingMemory = { readonly buffer: ArrayBuffer; grow(pages: number): number }

const pageBytes = 65_536
const grow = WebAssembly.Memory.prototype.grow
let maxBytes = Number.POSITIVE_INFINITY
let refused = false

WebAssembly.Memory.prototype.grow = function (this: GrowingMemory, pages: number): number {
  refused = this.buffer.byteLength + pages * pageBytes > maxBytes
  if (refused) throw new RangeError('out of memory')
  return grow.call(this, pages)
}

export function limitMemory(bytes: number): void {
  maxBytes = bytes
}

/** The last wish for more was not granted. */
export const wasRefused = (): boolean => refused
