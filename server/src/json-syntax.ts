/** Finds where a text stops being JSON (RFC 8259), which the message of JSON.parse often leaves out. */

// Of the control characters a string may hold the later ones (RFC 8259 §7).
const string = '"(?:[^"\\\\\\p{Cc}]|[\\u007f-\\u009f]|\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
const plain = '-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null'
const token = new RegExp(`[ \\t\\n\\r]*(?:([{}\\[\\],:])|(${string})|(${plain}))`, 'yu')
const blank = /[ \t\n\r]*/y

/** What may come next: a value, the first item or name after a bracket, a name, a colon, a comma or an end. */
type Expecting = 'value' | 'item-or-end' | 'name-or-end' | 'name' | 'colon' | 'comma-or-end' | 'nothing'

export type SyntaxError = { readonly at: number; readonly expected: string }

const words: Readonly<Record<Expecting, string>> = {
  value: 'a value',
  'item-or-end': 'a value or ]',
  'name-or-end': 'a name in quotes or }',
  name: 'a name in quotes',
  colon: 'a colon',
  'comma-or-end': 'a comma or the end of the object or list',
  nothing: 'nothing more',
}

/** Undefined when the text is JSON. */
export function findSyntaxError(text: string): SyntaxError | undefined {
  const open: ('{' | '[')[] = []
  let expecting: Expecting = 'value'
  for (let at = 0; ; ) {
    token.lastIndex = at
    const match = token.exec(text)
    const next: Expecting | undefined = match === null ? undefined : after(match, expecting, open)
    if (match === null || next === undefined) {
      blank.lastIndex = at
      const found = at + (blank.exec(text)?.[0].length ?? 0)
      const isEnd = found === text.length && expecting === 'nothing'
      return isEnd ? undefined : { at: found, expected: words[expecting] }
    }
    at = token.lastIndex
    expecting = next
  }
}

/** What may come behind a token; undefined when it may not stand here. */
function after(match: RegExpExecArray, expecting: Expecting, open: ('{' | '[')[]): Expecting | undefined {
  const [, sign, text, other] = match
  const takesValue = expecting === 'value' || expecting === 'item-or-end'
  const behindValue = (): Expecting => (open.length === 0 ? 'nothing' : 'comma-or-end')
  if (text !== undefined && (expecting === 'name' || expecting === 'name-or-end')) return 'colon'
  if (text !== undefined || other !== undefined) return takesValue ? behindValue() : undefined
  if (sign === '{' || sign === '[') {
    if (!takesValue) return undefined
    open.push(sign)
    return sign === '{' ? 'name-or-end' : 'item-or-end'
  }
  if (sign === ':') return expecting === 'colon' ? 'value' : undefined
  if (sign === ',') {
    if (expecting !== 'comma-or-end') return undefined
    return open.at(-1) === '{' ? 'name' : 'value'
  }
  const closes = sign === '}' ? '{' : '['
  const mayClose =
    expecting === 'comma-or-end' || expecting === (closes === '{' ? 'name-or-end' : 'item-or-end')
  if (!mayClose || open.at(-1) !== closes) return undefined
  open.pop()
  return behindValue()
}
