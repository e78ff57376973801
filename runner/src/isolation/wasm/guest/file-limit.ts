/** Bounds what a script keeps in Pyodide's files, which lie outside of the memory of WebAssembly. */

type FileNode = { readonly contents?: Uint8Array | Readonly<Record<string, FileNode>> | null }
type Growing = (node: FileNode, bytes: number) => void
type FileSystem = {
  readonly root: FileNode
  readonly filesystems: { readonly MEMFS: { expandFileStorage: Growing; resizeFileStorage: Growing } }
  readonly ErrnoError: new (errno: number) => Error
}

/** As Emscripten counts errors, which are those of WASI. */
const noSpace = 51

function bytesIn({ contents }: FileNode): number {
  if (contents instanceof Uint8Array) return contents.length
  return Object.values(contents ?? {}).reduce((sum, node) => sum + bytesIn(node), 0)
}

/** What is there already is not counted. */
export function limitFiles(files: FileSystem, bytes: number): void {
  const most = bytesIn(files.root) + bytes
  let used = most - bytes
  const memory = files.filesystems.MEMFS
  const bounded =
    (grow: Growing): Growing =>
    (node, wanted) => {
      const before = bytesIn(node)
      // Files that are gone by now are noticed when it matters.
      if (used + wanted - before > most) used = bytesIn(files.root)
      if (used + wanted - before > most) throw new files.ErrnoError(noSpace)
      grow(node, wanted)
      used += bytesIn(node) - before
    }
  memory.expandFileStorage = bounded(memory.expandFileStorage.bind(memory))
  memory.resizeFileStorage = bounded(memory.resizeFileStorage.bind(memory))
}
