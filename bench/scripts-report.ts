/** `docs/performance-scripts.md`, of which each measurement of scripts writes its part and keeps the other. */
import { readFile, writeFile } from 'node:fs/promises'

const file = new URL('../docs/performance-scripts.md', import.meta.url)
/** Begins the second part. */
export const neighboursHeading = '## Beside hostile scripts'

export async function writeReport(part: 'scripts' | 'neighbours', text: string): Promise<void> {
  const before = await readFile(file, 'utf8')
  const found = before.indexOf(neighboursHeading)
  const [scripts, neighbours] =
    found < 0 ? [`${before}\n`, ''] : [before.slice(0, found), before.slice(found)]
  await writeFile(file, part === 'scripts' ? `${text}\n${neighbours}` : `${scripts}${text}`)
}
