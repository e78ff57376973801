/** `braid import`: what becomes of models made for Camunda 7 or 8, and the converted file. */
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type Compatibility, checkCompatibility } from '@braid/core/definition/bpmn/compatibility.ts'
import { reportText } from './report-text.ts'
import { UsageError, type Verb } from './verb.ts'

type FileReport = Compatibility & { readonly file: string }

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, write: { type: 'string' } },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Runs an access to a file; trouble with it is nothing that a stack would explain. */
async function access<T>(file: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function check(file: string): Promise<FileReport> {
  const text = await access(file, () => readFile(file, 'utf8'))
  return { file, ...(await checkCompatibility(text)) }
}

const withoutXml = ({ file, elements }: FileReport) => ({ file, elements })

async function write(target: string, { file, xml }: FileReport): Promise<void> {
  if (xml === undefined) {
    console.error(`braid import: ${target} is not written, because parts of ${file} are refused`)
    return
  }
  await access(target, () => writeFile(target, xml))
}

export const importFiles: Verb = {
  usage: 'import [--json] [--write FILE] FILE…',
  run: async (args) => {
    const { values, positionals } = parse(args)
    const { json, write: target } = values
    if (positionals.length === 0) throw new UsageError('expected files, got none')
    if (target !== undefined && positionals.length > 1) {
      throw new UsageError(`expected one file to write ${target} from, got ${positionals.length}`)
    }
    const reports: FileReport[] = []
    for (const file of positionals) reports.push(await check(file))
    console.log(
      json === true
        ? JSON.stringify({ files: reports.map(withoutXml) }, null, 2)
        : reports.map(reportText).join('\n\n'),
    )
    const [only] = reports
    if (target !== undefined && only !== undefined) await write(target, only)
    return reports.every(({ xml }) => xml !== undefined) ? 0 : 1
  },
}
