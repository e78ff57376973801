/** What the repository says about its results: the TCK's own file of results, and the table in the documentation. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { TckResult } from './run-case.ts'

const docs = resolve(import.meta.dirname, '../../../docs')
export const resultsPath = resolve(docs, 'dmn-tck/tck_results.csv')
export const pagePath = resolve(docs, 'conformance.md')

const [opening, closing] = ['<!-- dmn-tck: generated -->', '<!-- /dmn-tck -->']

/** A line per case, in the form of `TestResults` of the repository of the TCK. */
export const csvOf = (results: readonly TckResult[]): string =>
  results
    .map(({ directory, file, id, outcome }) => {
      const status = outcome === 'passed' ? 'SUCCESS' : 'ERROR'
      return `${[directory, file, id, status, ''].map((field) => `"${field.replaceAll('"', '""')}"`).join(',')}\n`
    })
    .join('')

/** A row per directory, and one for all. */
export function tableOf(results: readonly TckResult[]): string {
  const directories = Map.groupBy(results, ({ directory }) => directory)
  const rows = [...directories, ['**all**', results] as const].map(([name, members]) => {
    const passed = members.filter(({ outcome }) => outcome === 'passed').length
    const shown = name.replace(/^compliance-level-(\d)\//, 'level $1: ')
    return [shown, String(passed), String(members.length)]
  })
  const table = [['cases', 'passed', 'of'], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const [head = '', ...body] = table.map((row) =>
    line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))),
  )
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n')
}

/** The page with the table in it. */
export function withTable(page: string, table: string): string {
  const [from, to] = [page.indexOf(opening), page.indexOf(closing)]
  if (from === -1 || to < from) throw new Error(`${pagePath} has no place for the table of the DMN TCK`)
  return `${page.slice(0, from + opening.length)}\n\n${table}\n\n${page.slice(to)}`
}

export const readPage = (): string => readFileSync(pagePath, 'utf8')

/** Writes both. */
export function publish(results: readonly TckResult[]): void {
  mkdirSync(dirname(resultsPath), { recursive: true })
  writeFileSync(resultsPath, csvOf(results))
  writeFileSync(pagePath, withTable(readPage(), tableOf(results)))
}
