/** The same for making the snapshot and for starting from it. `lock` is what Pyodide knows of packages, as JSON. */
export const pyodideOptions = (folder: string, lock: string) => ({
  indexURL: folder,
  packageBaseUrl: folder,
  lockFileContents: lock,
  jsglobals: Object.create(null) as object,
  env: { HOME: '/tmp' },
  args: [] as string[],
  _sysExecutable: 'python3',
})
