/**
 * Conditions of the cases in FEEL: `test.contains("a")` and `${integerVariable}`. A `>` right behind the call has no
 * right side, hence no meaning.
 */
export const adaptConditions = (xml: string): string =>
  xml
    .replaceAll(/test\.contains\((&quot;|")([^"&]*)\1\)(?:&gt;|>)?/g, 'contains(test, "$2")')
    .replaceAll(/\$\{(\w+)\}/g, '$1')
