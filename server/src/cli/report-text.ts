/** A compatibility report for people. */
import type { ElementReport, Remark, Verdict } from '@braid/core/definition/bpmn/compatibility.ts'

const words: Readonly<Record<Verdict, string>> = {
  unchanged: 'runs unchanged',
  noted: 'runs unchanged',
  ignored: 'runs, parts are ignored',
  translated: 'translated',
  differs: 'translated, differs',
  refused: 'REFUSED',
}

const labels: Readonly<Record<Remark['verdict'], string>> = {
  noted: 'note',
  ignored: 'ignored',
  translated: 'translated',
  differs: 'differs',
  refused: 'refused',
}

function remarkText({ verdict, from, to, message, code }: Remark): string {
  const what = [from, to === undefined ? undefined : `→ ${to}`].filter((part) => part !== undefined).join(' ')
  const why = [message, code === undefined ? undefined : `(${code})`]
    .filter((part) => part !== undefined)
    .join(' ')
  return `      ${labels[verdict]}: ${[what, why].filter((part) => part !== '').join(': ')}`
}

function elementText({ elementId, elementType, name, line, verdict, remarks }: ElementReport): string {
  const title = [elementType, elementId, name === undefined ? undefined : JSON.stringify(name)]
    .filter((part) => part !== undefined)
    .join(' ')
  const place = line === undefined ? '' : `line ${line}`
  return [`  ${place.padEnd(10)}${title}: ${words[verdict]}`, ...remarks.map(remarkText)].join('\n')
}

function summary(elements: readonly ElementReport[]): string {
  const count = (...verdicts: readonly Verdict[]): number =>
    elements.filter(({ verdict }) => verdicts.includes(verdict)).length
  const unchanged = count('unchanged', 'noted', 'ignored')
  return `  ${elements.length} elements: ${unchanged} run unchanged, ${count('translated', 'differs')} are translated, ${count('refused')} are refused`
}

export const reportText = (report: {
  readonly file: string
  readonly elements: readonly ElementReport[]
}): string => [report.file, ...report.elements.map(elementText), summary(report.elements)].join('\n')
