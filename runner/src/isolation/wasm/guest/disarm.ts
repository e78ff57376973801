/**
 * Takes from a process what a script could use that breaks out of its engine into JavaScript: Node's modules, the global
 * objects that are not the language's, the loading of code. What the engine needs is copied before. It raises the price
 * of an escape; the boundary is around the process.
 */

/** The language, and what engines ask for at any time, none of which reaches outside. */
const kept = new Set([
  ...['globalThis', 'Object', 'Function', 'Array', 'Number', 'parseFloat', 'parseInt', 'Infinity', 'NaN'],
  ...['undefined', 'Boolean', 'String', 'Symbol', 'Date', 'Promise', 'RegExp', 'Error', 'AggregateError'],
  ...['EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'JSON', 'Math'],
  ...['Intl', 'ArrayBuffer', 'Atomics', 'Uint8Array', 'Int8Array', 'Uint16Array', 'Int16Array'],
  ...['Uint32Array', 'Int32Array', 'Float32Array', 'Float64Array', 'Uint8ClampedArray', 'BigUint64Array'],
  ...['BigInt64Array', 'DataView', 'Map', 'BigInt', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Proxy'],
  ...['Reflect', 'Iterator', 'FinalizationRegistry', 'SharedArrayBuffer', 'decodeURI', 'decodeURIComponent'],
  ...['encodeURI', 'encodeURIComponent', 'escape', 'unescape', 'isFinite', 'isNaN', 'WebAssembly'],
  ...['TextDecoder', 'TextEncoder', 'crypto', 'performance'],
])

function empty(holder: object): void {
  for (const name of Reflect.ownKeys(holder)) Reflect.deleteProperty(holder, name)
}

export function disarm(): void {
  const { builtinModules, registerHooks, syncBuiltinESMExports } = process.getBuiltinModule('module')
  registerHooks({
    resolve: () => {
      throw new Error('nothing is loaded any more')
    },
  })
  // What is not loaded by now never is. `process` is emptied last, since it is asked for the others.
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] }
  const loaded = builtinModules.filter((name) => moduleLoadList.includes(`NativeModule ${name}`))
  const holders = loaded.flatMap((name) => (process.getBuiltinModule(name) as object | undefined) ?? [])
  for (const holder of holders) if (holder !== process) empty(holder)
  syncBuiltinESMExports()
  empty(Object.getPrototypeOf(process))
  empty(process)
  for (const name of Reflect.ownKeys(globalThis)) {
    if (!kept.has(String(name))) Reflect.deleteProperty(globalThis, name)
  }
}
