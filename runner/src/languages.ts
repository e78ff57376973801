/** The languages that scripts may be written in: how an interpreter is found, asked for its version, and called. */

export type Language = {
  readonly name: string
  /** Name of the file that holds the script. */
  readonly file: string
  /** Commands to look for in the folders of PATH; `*` stands for digits and dots. */
  readonly commands: readonly string[]
  readonly versionArguments: readonly string[]
  /** Finds the version in what the interpreter says; its first group is the one people ask for. */
  readonly versionPattern: RegExp
  /** After the interpreter: runs `script`. */
  readonly arguments: (script: string) => readonly string[]
  /** Tells the interpreter to look for modules in a folder too, after those of the script. */
  readonly environment?: (modules: string) => Readonly<Record<string, string>>
  /** A script that says hello. */
  readonly greeting: string
  /** Files that the interpreter needs beside its binary and its shared libraries, asked from itself. */
  readonly libraryProbe?: readonly string[]
  /** Older versions can't do it. */
  readonly fromVersion?: number
}

export const languages: readonly Language[] = [
  {
    name: 'python',
    file: 'main.py',
    commands: ['python3.*', 'python3'],
    versionArguments: ['-V'],
    versionPattern: /Python ((\d+\.\d+)\.\S+)/,
    // Unbuffered, so that output is live; without the user's site.
    arguments: (script) => ['-u', '-s', '-B', script],
    environment: (modules) => ({ PYTHONPATH: modules }),
    greeting: 'print("hello")',
    libraryProbe: [
      '-I',
      '-c',
      'import sysconfig; p = sysconfig.get_paths(); print("\\n".join({p["stdlib"], p["platstdlib"]}))',
    ],
  },
  {
    name: 'javascript',
    file: 'main.mjs',
    commands: ['node'],
    versionArguments: ['--version'],
    versionPattern: /v((\d+)\.\S+)/,
    arguments: (script) => ['--max-semi-space-size=1', script],
    greeting: 'console.log("hello")',
  },
  {
    name: 'typescript',
    file: 'main.mts',
    commands: ['node'],
    versionArguments: ['--version'],
    versionPattern: /v((\d+)\.\S+)/,
    // Strips types by itself.
    fromVersion: 24,
    arguments: (script) => ['--max-semi-space-size=1', script],
    greeting: 'const text: string = "hello"; console.log(text)',
  },
  {
    name: 'bash',
    file: 'main.sh',
    commands: ['bash'],
    versionArguments: ['--version'],
    versionPattern: /version ((\d+\.\d+)\.\S+)/,
    arguments: (script) => ['--norc', '--noprofile', script],
    greeting: 'echo hello',
  },
  {
    name: 'ruby',
    file: 'main.rb',
    commands: ['ruby*', 'ruby'],
    versionArguments: ['--version'],
    versionPattern: /ruby ((\d+\.\d+)\.\S+)/,
    arguments: (script) => ['--disable-gems', script],
    environment: (modules) => ({ RUBYLIB: modules }),
    greeting: 'puts "hello"',
    libraryProbe: ['--disable-gems', '-e', 'puts $LOAD_PATH.select { |path| File.directory?(path) }'],
  },
]
