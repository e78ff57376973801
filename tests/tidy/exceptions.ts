/** What the rules allow all the same, each with its reason. An exception that excuses nothing is a finding itself. */
import type { Finding } from './finding.ts'

export type Exception = {
  readonly rule: string
  readonly path: string
  /** Part of the message, where the whole file would be too much. */
  readonly about?: string
  readonly reason: string
}

const writer = [
  ...['write-bpmn', 'nodes', 'loops', 'extensions', 'event-definitions', 'expression-text'],
  ...['root-elements', 'legal-ids', 'xml-parts'],
]

export const exceptions: readonly Exception[] = [
  ...writer.map((name) => ({
    rule: 'dead-files',
    path: `core/src/definition/bpmn-writer/${name}.ts`,
    reason: 'takes a Program through XML and back in tests; what people draw or export comes to it',
  })),
  {
    rule: 'banned-text',
    path: 'contract/src/application/dag.test.ts',
    reason: 'says what must not compile: an error that is expected and does not come is one',
  },
  {
    rule: 'banned-code',
    path: 'server/src/execution/clock.ts',
    about: 'Date.now',
    reason: 'the one place that constructs a clock',
  },
  {
    rule: 'layers',
    path: 'server/src/api/problem-reply.ts',
    about: 'server/store',
    reason: 'turns what the store throws, through all layers, into the answer of the API',
  },
]

export function applyExceptions(
  findings: readonly Finding[],
  allowed: readonly Exception[],
): readonly Finding[] {
  const excuses = (exception: Exception, finding: Finding): boolean =>
    exception.rule === finding.rule &&
    exception.path === finding.path &&
    finding.message.includes(exception.about ?? '')
  const left = findings.filter((finding) => !allowed.some((exception) => excuses(exception, finding)))
  const idle = allowed.filter((exception) => !findings.some((finding) => excuses(exception, finding)))
  return [
    ...left,
    ...idle.map(({ rule, path }) => ({
      rule: 'exceptions',
      path,
      message: `its exception from ${rule} is not needed`,
    })),
  ]
}
