/** Names of variables, and paths into them. */

/** A variable, or a path into one: names joined by dots. */
const variablePath = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u

/** Whether a variable can be written under this name. `__proto__` is refused because JSON readers treat it unlike any other. */
export const isVariablePath = (path: string): boolean =>
  variablePath.test(path) && !path.split('.').includes('__proto__')

/** Whether a variable can have this name, which is then no path. */
export const isVariableName = (name: string): boolean => isVariablePath(name) && !name.includes('.')
