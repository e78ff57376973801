import { ContextTracker } from '@lezer/lr'
import { parser } from 'lezer-feel'
import type { KnownNames } from './known-names.ts'

/** What lezer-feel's tokenizer asks its context for: the tokens of the name so far and the names it may become. */
type NameContext = {
  readonly tokens: readonly string[]
  contextCache(): KnownNames
}

/** More tokens than any known name has; from here on the tokenizer needs no more of them. */
const tokensLimit = 64

const termsNamed = (...names: readonly string[]): ReadonlySet<number> =>
  new Set(parser.nodeSet.types.filter((type) => names.includes(type.name)).map((type) => type.id))

const nameParts = termsNamed('Identifier')
const wholeNames = termsNamed('Name', 'VariableName', 'PathName')

/**
 * Tells the tokenizer which names are known. The tracker that comes with lezer-feel also infers the shape of every
 * value and copies all names at each context entry: 8,000 entries take gigabytes. Here the names are fixed.
 */
export function trackNames(known: KnownNames): ContextTracker<NameContext> {
  const contextCache = () => known
  const none: NameContext = { tokens: [], contextCache }
  return new ContextTracker<NameContext>({
    start: none,
    strict: false,
    reduce(context, term, stack, input) {
      if (wholeNames.has(term)) return none
      if (!nameParts.has(term) || context.tokens.length >= tokensLimit) return context
      let token = ''
      for (let offset = 0; offset < stack.pos - input.pos; offset++) {
        token += String.fromCharCode(input.peek(offset))
      }
      return { tokens: [...context.tokens, token], contextCache }
    },
  })
}
