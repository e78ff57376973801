/** A folder of applications, written by a test. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

export type ApplicationsFolder = {
  readonly path: string
  /** `<application>/<file>`. */
  write(file: string, text: string): Promise<void>
  /** `application.ts` of an application: what comes before, and the fields of its definition. */
  define(name: string, before: string, fields?: string): Promise<void>
  remove(file: string): Promise<void>
  drop(): Promise<void>
}

const imports = `
import { z } from 'zod'
import { defineApplication, model } from '@braid/contract/application/application.ts'
import { endpoint } from '@braid/contract/application/endpoint.ts'
import { generator, task } from '@braid/contract/application/task.ts'
`

export async function createApplicationsFolder(): Promise<ApplicationsFolder> {
  const path = await mkdtemp(join(tmpdir(), 'braid-applications-'))
  const write = async (file: string, text: string): Promise<void> => {
    const target = join(path, file)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, text)
  }
  return {
    path,
    write,
    define: (name, before, fields = '') =>
      write(
        `${name}/application.ts`,
        `${imports}${before}\nexport const application = defineApplication({ name: '${basename(name)}', ${fields} })\n`,
      ),
    remove: (file) => rm(join(path, file), { recursive: true, force: true }),
    drop: () => rm(path, { recursive: true, force: true }),
  }
}
