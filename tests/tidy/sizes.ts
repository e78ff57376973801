/** Files and functions that want to become two. */
import { type Finding, isScript, isTest, lineAt, type SourceTree } from './finding.ts'
import { mask } from './mask.ts'

const maxLines = 400
const maxTestLines = 600
const maxFunctionLines = 70

export function checkSizes(tree: SourceTree): readonly Finding[] {
  return [...tree]
    .filter(([path]) => isScript(path))
    .flatMap(([path, text]) => [
      ...checkFile(path, text),
      // A `describe` is a function that holds a family of tests, and bounded by the file.
      ...(isTest(path) ? [] : checkFunctions(path, text)),
    ])
}

function checkFile(path: string, text: string): readonly Finding[] {
  const lines = text.trimEnd().split('\n').length
  const limit = isTest(path) ? maxTestLines : maxLines
  return lines <= limit ? [] : [{ rule: 'sizes', path, message: `has ${lines} lines, ${limit} are allowed` }]
}

function checkFunctions(path: string, text: string): readonly Finding[] {
  return functionsIn(text)
    .filter(({ lines }) => lines > maxFunctionLines)
    .map(({ line, lines }) => ({
      rule: 'sizes',
      path,
      line,
      message: `a function of ${lines} lines begins here, ${maxFunctionLines} are allowed`,
    }))
}

/**
 * Functions with a body in braces, found by the text before the brace. Lines of functions inside a function count
 * for those alone, so that a function that makes an object of functions is measured like the class it stands for.
 */
export function functionsIn(text: string): readonly { readonly line: number; readonly lines: number }[] {
  const { code } = mask(text)
  const open: { begin: number | undefined; inner: number }[] = []
  const found: { line: number; lines: number }[] = []
  for (let at = 0; at < code.length; at += 1) {
    if (code[at] === '{') open.push({ begin: beginOfFunction(code, at), inner: 0 })
    if (code[at] !== '}') continue
    const closed = open.pop()
    const around = open.at(-1)
    if (closed?.begin === undefined) {
      if (around !== undefined) around.inner += closed?.inner ?? 0
      continue
    }
    const line = lineAt(code, closed.begin)
    const lines = lineAt(code, at) - line + 1
    found.push({ line, lines: lines - closed.inner })
    // Its first line belongs to the function around it as well.
    if (around !== undefined) around.inner += lines - 1
  }
  return found
}

/** Where the function begins whose body opens at a brace; undefined for blocks, objects and types. */
function beginOfFunction(code: string, brace: number): number | undefined {
  const begin = statementBegin(code, brace)
  const head = code.slice(begin, brace).trim()
  const isControl = /^(else\s+)?(if|for|while|switch|catch|with)\b/.test(head)
  const isFunction = /=>$/.test(head) || /\)\s*(:[^=]*)?$/.test(head)
  return isFunction && !isControl ? begin + code.slice(begin).search(/\S/) : undefined
}

/** Back to the end of the statement before, or to the parenthesis that is still open here. */
function statementBegin(code: string, from: number): number {
  let depth = 0
  for (let at = from - 1; at >= 0; at -= 1) {
    const char = code[at] ?? ''
    if (')]'.includes(char)) depth += 1
    if ('(['.includes(char)) depth -= 1
    if (depth < 0 || (depth === 0 && '{};'.includes(char))) return at + 1
  }
  return 0
}
