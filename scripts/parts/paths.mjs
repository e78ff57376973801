/** Where things lie in the repository. Plain JavaScript for Node 18, like everything in this folder. */
import { dirname, join } from 'node:path'
import { platform } from 'node:process'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export const fromRoot = (...names) => join(root, ...names)

/** The Node that npm installed with everything else, whatever Node runs this script. */
export const bundledNode = fromRoot('node_modules', 'node', 'bin', platform === 'win32' ? 'node.exe' : 'node')
