/**
 * What an XML text says, one line per item (XML Information Set), and where two texts differ. Written apart from the
 * product's reader, so that a fault there can't hide here.
 */

type Scope = {
  readonly path: string
  readonly namespaces: Readonly<Record<string, string>>
  children: number
  text: string
}

const token =
  /<!--([\s\S]*?)-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?([\s\S]*?)\?>|<\/[^>]*>|<([^\s/>]+)((?:[^"'>]|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/g
const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

const resolved = (text: string): string =>
  text.replace(/&(#x?)?(\w+);/g, (whole, number: string | undefined, name: string) => {
    if (number === undefined) return named[name] ?? whole
    return String.fromCodePoint(Number.parseInt(name, number === '#x' ? 16 : 10))
  })

function expanded(name: string, namespaces: Readonly<Record<string, string>>, isAttribute: boolean): string {
  const [local = '', prefix] = name.split(':').toReversed()
  const uri = prefix === undefined && isAttribute ? undefined : namespaces[prefix ?? '']
  return uri === undefined ? local : `{${uri}}${local}`
}

function openElement(tag: string, attributes: string, parent: Scope | undefined): readonly [Scope, string[]] {
  const values = [...attributes.matchAll(attribute)].map(
    ([, name = '', double, single]) =>
      [name, resolved((double ?? single ?? '').replace(/[\t\n]/g, ' '))] as const,
  )
  const declared = values
    .filter(([name]) => /^xmlns(:|$)/.test(name))
    .map(([name, uri]) => [name.split(':')[1] ?? '', uri] as const)
  const namespaces = { ...parent?.namespaces, ...Object.fromEntries(declared) }
  const id = values.find(([name]) => name === 'id')?.[1]
  if (parent !== undefined) parent.children += 1
  const path = `${parent?.path ?? ''}/${expanded(tag, namespaces, false)}[${id ?? parent?.children ?? ''}]`
  const lines = values
    .filter(([name]) => !/^xmlns(:|$)/.test(name))
    .map(([name, value]) => `${path} @${expanded(name, namespaces, true)} = ${JSON.stringify(value)}`)
  const prefixes = declared.map(([prefix, uri]) => `${path} xmlns:${prefix} = ${uri}`)
  return [{ path, namespaces, children: 0, text: '' }, [path, ...lines.toSorted(), ...prefixes.toSorted()]]
}

/** Elements, attributes, namespaces, text, comments and instructions, in document order. */
export function infosetOf(xml: string): readonly string[] {
  const lines: string[] = []
  const open: Scope[] = []
  const endText = (): void => {
    const scope = open.at(-1)
    if (scope === undefined) return
    if (scope.text !== '') lines.push(`${scope.path} text ${JSON.stringify(scope.text)}`)
    scope.text = ''
  }
  for (const match of xml.replace(/\r\n?/g, '\n').matchAll(token)) {
    const [whole, comment, cdata, instruction, tag, attributes = '', slash, text] = match
    const scope = open.at(-1)
    if (text !== undefined || cdata !== undefined) {
      if (scope !== undefined) scope.text += cdata ?? resolved(text ?? '')
      continue
    }
    endText()
    if (comment !== undefined) lines.push(`${scope?.path ?? ''} comment ${JSON.stringify(comment)}`)
    else if (instruction !== undefined) {
      // The declaration says how a text is stored, which is no part of what it says.
      if (!/^xml\s/.test(instruction)) lines.push(`${scope?.path ?? ''} instruction ${instruction}`)
    } else if (tag === undefined) open.pop()
    else {
      const [opened, said] = openElement(tag, attributes, scope)
      lines.push(...said)
      if (slash !== '/') open.push(opened)
    }
    if (whole === '') break
  }
  return lines
}

/** A line per item that is gone, that is new, or that stands elsewhere. */
export function differencesOf(before: string, after: string): readonly string[] {
  const [expected, came] = [infosetOf(before), infosetOf(after)]
  const without = (lines: readonly string[], others: readonly string[]): readonly string[] => {
    const counts = new Map<string, number>()
    for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1)
    return lines.filter((line) => {
      const left = counts.get(line) ?? 0
      counts.set(line, left - 1)
      return left <= 0
    })
  }
  const changed = [
    ...without(expected, came).map((line) => `lost ${line}`),
    ...without(came, expected).map((line) => `new ${line}`),
  ]
  if (changed.length > 0) return changed
  const moved = expected.findIndex((line, index) => line !== came[index])
  return moved === -1 ? [] : [`moved ${expected[moved]}`]
}
