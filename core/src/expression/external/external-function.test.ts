import { describe, expect, it, test } from 'vitest'
import { compileExpression } from '../expression.ts'
import { Run } from '../run.ts'
import type { Value } from '../values.ts'

function evaluate(source: string): { readonly value: Value; readonly run: Run } {
  const compiled = compileExpression(source)
  if (!compiled.ok) throw new Error(compiled.error.message)
  const run = new Run(0)
  return { value: compiled.value.value(run, () => undefined), run }
}

/** Calls a static method through a function of so many parameters. */
const call = (owner: string, signature: string, ...args: readonly string[]) => {
  const names = args.map((_, index) => `p${index}`).join(', ')
  const mapping = `{java: {class: "${owner}", method signature: "${signature}"}}`
  return evaluate(`(function(${names}) external ${mapping})(${args.join(', ')})`)
}

describe('external functions', () => {
  test.each<[owner: string, signature: string, args: readonly string[], expected: Value]>([
    ['java.lang.Math', 'cos(double)', ['0'], 1],
    ['java.lang.Math', 'max( double , double )', ['123.45', '456.78'], 456.78],
    ['java.lang.Math', 'max(float,float)', ['123.46', '456.78'], 456.78],
    ['java.lang.Math', 'min(int,int)', ['3', '2'], 2],
    ['java.lang.Math', 'abs(long)', ['-5'], 5],
    ['java.lang.Math', 'pow(double,double)', ['2', '10'], 1024],
    ['java.lang.Math', 'toDegrees(double)', ['0'], 0],
    ['java.lang.Math', 'round(double)', ['2.5'], 3],
    ['java.lang.Integer', 'valueOf(java.lang.String)', ['"123"'], 123],
    ['java.lang.Double', 'parseDouble(java.lang.String)', ['"12.5"'], 12.5],
    ['java.lang.Byte', 'valueOf(byte)', ['127'], 127],
    ['java.lang.Boolean', 'parseBoolean(java.lang.String)', ['"TRUE"'], true],
    ['java.lang.String', 'valueOf(char)', ['"a"'], 'a'],
    ['java.lang.String', 'valueOf(int)', ['42'], '42'],
    [
      'java.lang.String',
      'format(java.lang.String, [Ljava.lang.Object;)',
      ['"%s is %s"', '["a", 1]'],
      'a is 1',
    ],
    [
      'java.lang.String',
      'format(java.lang.String, [Ljava.lang.Object;)',
      ['"%2$s %1$s"', '["a", "b"]'],
      'b a',
    ],
    [
      'java.lang.String',
      'format(java.lang.String, [Ljava.lang.Object;)',
      ['"%05d|%-4s|%.2f"', '[42, "x", 2.345]'],
      '00042|x   |2.35',
    ],
    [
      'java.lang.String',
      'format(java.lang.String, [Ljava.lang.Object;)',
      ['"%,d %+d %x %b %c%%"', '[1234567, 5, 255, true, "z"]'],
      '1,234,567 +5 ff true z%',
    ],
  ])('%s.%s', (owner, signature, args, expected) => {
    const { value, run } = call(owner, signature, ...args)
    expect(value).toBe(expected)
    expect(run.warnings).toEqual([])
  })

  test.each<[owner: string, signature: string, args: readonly string[]]>([
    ['java.lang.Math', 'foo(double)', ['1']],
    ['java.lang.Math', 'max(java.lang.String, java.lang.String)', ['"1"', '"2"']],
    ['java.lang.Runtime', 'getRuntime()', []],
    ['java.lang.System', 'exit(int)', ['1']],
    ['constructor', 'constructor(double)', ['1']],
    ['java.lang.Math', 'max(double,double)', ['1']],
    ['java.lang.Math', 'sqrt(double)', ['-1']],
    ['java.lang.Byte', 'valueOf(byte)', ['128']],
    ['java.lang.Integer', 'valueOf(java.lang.String)', ['"1.5"']],
    ['java.lang.String', 'valueOf(char)', ['"abc"']],
    ['java.lang.String', 'format(java.lang.String, [Ljava.lang.Object;)', ['"%s %s"', '["a"]']],
    ['java.lang.String', 'format(java.lang.String, [Ljava.lang.Object;)', ['"%d"', '["a"]']],
    ['java.lang.String', 'format(java.lang.String, [Ljava.lang.Object;)', ['"%9999s"', '["a"]']],
  ])('%s.%s is null with a warning', (owner, signature, args) => {
    const { value, run } = call(owner, signature, ...args)
    expect(value).toBeNull()
    expect(run.warnings.length).toBeGreaterThan(0)
  })

  it('needs a mapping', () => {
    for (const mapping of ['{}', '{java: {}}', '{java: 1}', '{pmml: {document: "a", model: "b"}}']) {
      expect(evaluate(`function(x) external ${mapping}`).value).toBeNull()
    }
  })
})
