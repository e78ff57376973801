/**
 * What scripts may import as `braid`: their input, and a way to give a result. The sources lie in `modules/`, for the
 * languages whose own library reads JSON; they go by two variables of the environment, which every language has. A tier
 * copies them to where its scripts can read them.
 *
 * `BRAID_INPUT` names a file with a JSON object. What is written to the file that `BRAID_RESULT` names is the result:
 * one JSON text, or several with a line for each, of which the last counts (`result.ts`).
 */
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the sources, by the name that their language looks for. */
export const moduleSources = fileURLToPath(new URL('./modules/', import.meta.url))

export async function writeModules(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(moduleSources))
    await copyFile(join(moduleSources, name), join(folder, name))
}
