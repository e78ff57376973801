import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkBannedCode } from './banned-code.ts'
import { checkBannedText } from './banned-text.ts'
import { checkCycles } from './cycles.ts'
import { checkDeadFiles } from './dead-files.ts'
import { checkDocumentedCodes } from './documented-codes.ts'
import { applyExceptions, exceptions } from './exceptions.ts'
import { checkFileNames } from './file-names.ts'
import type { Finding, Rule } from './finding.ts'
import { checkLayers } from './layers.ts'
import { checkSizes } from './sizes.ts'
import { readTree } from './source-tree.ts'

const rules: Readonly<Record<string, Rule>> = {
  layers: checkLayers,
  cycles: checkCycles,
  sizes: checkSizes,
  'banned-code': checkBannedCode,
  'banned-text': checkBannedText,
  'file-names': checkFileNames,
  'dead-files': checkDeadFiles,
  'documented-codes': checkDocumentedCodes,
}

const show = ({ path, line, message }: Finding): string =>
  `${path}${line === undefined ? '' : `:${line}`}: ${message}`

describe('the repository', () => {
  const tree = readTree(fileURLToPath(new URL('../../', import.meta.url)))

  it.each(Object.entries(rules))('keeps the rule %s', (name, rule) => {
    const allowed = exceptions.filter((exception) => exception.rule === name)
    expect(applyExceptions(rule(tree), allowed).map(show)).toEqual([])
  })

  it('has exceptions from rules that exist only', () => {
    expect(exceptions.filter(({ rule }) => !(rule in rules))).toEqual([])
  })
})
