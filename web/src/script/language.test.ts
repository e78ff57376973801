import { expect, test } from 'vitest'
import { fileNameOf, languageOfFile } from './language.ts'

test('the ending of a file tells its language', () => {
  expect(
    ['a.py', 'b.MJS', 'c.d.ts', 'run.sh', 'x.rb', 'main.go', 'notes.txt', 'Makefile'].map(languageOfFile),
  ).toEqual(['python', 'javascript', 'typescript', 'bash', 'ruby', 'go', undefined, undefined])
})

test('a script becomes a file with a name that every system takes', () => {
  expect(fileNameOf('Nightly count: 1/2', 'python')).toBe('Nightly-count-1-2.py')
  expect(fileNameOf('Été ✓', 'bash')).toBe('Été.sh')
  expect(fileNameOf('../..', 'go')).toBe('script.go')
})
