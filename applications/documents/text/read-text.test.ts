import { expect, test } from 'vitest'
import { mediaTypeOf, mediaTypeOfHeader, readText } from './read-text.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('HTML gives what people read of it', () => {
  const html = `<!doctype html><html><head><title>The  Tower</title><style>p {}</style></head><body>
    <nav>Home</nav><h1>Tower &amp; sea</h1><p>Built in\n 1859 by <b>Astrid</b>&nbsp;Holm.<br>High.</p>
    <ul><li>one<li>two</ul><table><tr><td>a</td><td>b</td></tr></table><pre>x\n  y</pre>
    <script>alert(1)</script></body></html>`
  expect(readText(bytes(html), 'text/html')).toEqual({
    title: 'The Tower',
    text: 'Home\n\nTower & sea\n\nBuilt in 1859 by Astrid\u00a0Holm.\nHigh.\n\n- one\n\n- two\n\na b\n\nx\ny',
  })
})

test('Markdown is read as the page that it makes, titled by its first heading', () => {
  const markdown = '# Tickets\n\nAdults *pay* **9** [euros](https://example.org).\n\n```\ncode < here\n```\n'
  expect(readText(bytes(markdown), 'text/markdown')).toEqual({
    title: 'Tickets',
    text: 'Tickets\n\nAdults pay 9 euros.\n\ncode < here',
  })
})

test('an encoding is what the server says, else what the page says', () => {
  const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1')
  expect(readText(latin('Grüße'), 'text/plain', 'iso-8859-1').text).toBe('Grüße')
  expect(readText(latin('<meta charset="windows-1252"><p>Grüße'), 'text/html').text).toBe('Grüße')
  expect(() => readText(latin('Grüße'), 'text/plain')).toThrow(/not valid/)
  expect(readText(bytes('a\0b\r\nc \ud800'), 'text/plain').text).toBe('ab\nc \ufffd')
})

test('a page may nest as deep as it likes', () => {
  const depth = 5_000
  expect(readText(bytes(`${'<b>'.repeat(depth)}deep`), 'text/html').text).toBe('deep')
})

test('the kind of a file is its ending, of a page its header', () => {
  expect(['a.TXT', 'b.md', 'c.htm', 'd.pdf', 'txt'].map(mediaTypeOf)).toEqual([
    ...['text/plain', 'text/markdown', 'text/html'],
    undefined,
    undefined,
  ])
  expect(mediaTypeOfHeader('text/html; charset=utf-8')).toBe('text/html')
  expect(mediaTypeOfHeader('application/pdf')).toBeUndefined()
})
