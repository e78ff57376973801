/** What a tidy rule says about a tree of files. */

/** Paths from the root of the repository, with `/`, to the text of each file. */
export type SourceTree = ReadonlyMap<string, string>

export type Finding = {
  readonly rule: string
  readonly path: string
  /** From 1. */
  readonly line?: number
  readonly message: string
}

export type Rule = (tree: SourceTree) => readonly Finding[]

export const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path) || path.startsWith('tests/')

export const isScript = (path: string): boolean => /\.(ts|tsx|mjs)$/.test(path) && !path.endsWith('.d.ts')

/** What ships: neither tests nor scripts nor configuration at the root. */
export const isProduct = (path: string): boolean =>
  (/^(core|contract|runner|server|web)\/src\//.test(path) || path.startsWith('applications/')) &&
  isScript(path) &&
  !isTest(path)

export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length
