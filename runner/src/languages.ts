/** The languages that scripts may be written in: how an interpreter is found, asked for its version, and called. */

export type Language = {
  readonly name: string
  /** Name of the file that holds the script. */
  readonly file: string
  /** Commands to look for in the folders of PATH, or paths; `*` stands for digits and dots. */
  readonly commands: readonly string[]
  readonly versionArguments: readonly string[]
  /** Finds in what the interpreter says its whole version, and in that the part that people ask for. */
  readonly versionPattern: RegExp
  /** After the interpreter: runs `script`. */
  readonly arguments: (script: string) => readonly string[]
  /** Tells the interpreter to look for modules in a folder too, and to write output at once. */
  readonly environment?: (modules: string) => Readonly<Record<string, string>>
  /** A script that says hello. */
  readonly greeting: string
  /** Files that the interpreter needs beside its binary and its shared libraries, asked from itself. */
  readonly libraryProbe?: readonly string[]
  /** Commands that scripts expect to be there, as far as the host has them. */
  readonly tools?: readonly string[]
  readonly compiled?: Compiled
  /** Memory that it reserves at start and does not use. */
  readonly reservedBytes?: number
  /** Older versions can't do it. */
  readonly fromVersion?: number
}

/** For a language whose own library takes long to compile: that is done once per host, not in each run. */
type Compiled = {
  /** Shell text, run on the host in an empty folder of its own; `$1` is the compiler, `$2` the path of the folder inside. */
  readonly prepare: string
  /** Shell text that runs a script instead of the interpreter's arguments: `$1` is the compiler, `$2` the folder. */
  readonly run: string
}

const nodeReservedBytes = 512 * 1024 * 1024

const shellTools =
  'awk base64 basename bc cat chmod cksum comm cp cut date dd diff dirname du echo env expand expr factor false find fmt fold grep gzip head hostname id jq join ln ls md5sum mkdir mkfifo mktemp mv nl nproc od paste printenv printf pwd readlink realpath rev rm rmdir sed seq sh sha1sum sha256sum shuf sleep sort split stat sum tac tail tar tee test timeout touch tr true truncate tsort uname unexpand uniq wc which whoami xargs xxd yes zcat'

/** For a short life: a small heap for what is new. */
const nodeArguments = (script: string): readonly string[] => ['--max-semi-space-size=1', script]

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
    arguments: nodeArguments,
    reservedBytes: nodeReservedBytes,
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
    arguments: nodeArguments,
    reservedBytes: nodeReservedBytes,
    greeting: 'const text: string = "hello"; console.log(text)',
  },
  {
    name: 'bash',
    file: 'main.sh',
    commands: ['bash'],
    versionArguments: ['--version'],
    versionPattern: /version ((\d+\.\d+)\.\d+)/,
    arguments: (script) => ['--norc', '--noprofile', script],
    greeting: 'echo hello',
    tools: shellTools.split(' '),
  },
  {
    name: 'ruby',
    file: 'main.rb',
    commands: ['ruby*', 'ruby'],
    versionArguments: ['--disable-gems', '--version'],
    versionPattern: /ruby ((\d+\.\d+)\.\d+)/,
    arguments: (script) => ['--disable-gems', script],
    environment: (modules) => ({ RUBYLIB: modules, RUBYOPT: '-rlive' }),
    greeting: 'puts "hello"',
    libraryProbe: ['--disable-gems', '-e', 'puts $LOAD_PATH.select { |path| File.directory?(path) }'],
  },
  {
    name: 'go',
    file: 'main.go',
    commands: ['go', '/usr/local/go/bin/go'],
    versionArguments: ['version'],
    versionPattern: /go((\d+\.\d+)(?:\.\d+)?)/,
    arguments: (script) => ['run', script],
    greeting: 'package main\nimport "fmt"\nfunc main() { fmt.Println("hello") }\n',
    libraryProbe: ['env', 'GOTOOLDIR'],
    tools: ['sh'],
    compiled: {
      prepare: `set -e
export GOCACHE="$PWD/cache" HOME="$PWD" CGO_ENABLED=0 GOFLAGS=-mod=mod GOTOOLCHAIN=local
"$1" list -export -f '{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}' std > exports
n=0
while IFS== read -r name file; do
  n=$((n + 1))
  cp "$file" $n.a
  echo "packagefile $name=$2/$n.a"
done < exports > importcfg
rm -rf cache exports`,
      run: `tools=$(echo "\${1%/bin/go}"/pkg/tool/*)
"$tools/compile" -p main -complete -importcfg "$2/importcfg" -o .main.a *.go >&2 &&
"$tools/link" -s -w -importcfg "$2/importcfg" -o .main .main.a >&2 && exec ./.main`,
    },
  },
  {
    name: 'perl',
    file: 'main.pl',
    commands: ['perl'],
    versionArguments: ['-e', 'print "$^V\\n"'],
    versionPattern: /v((\d+\.\d+)\.\d+)/,
    arguments: (script) => [script],
    environment: (modules) => ({ PERL5LIB: modules, PERL5OPT: '-Mlive' }),
    greeting: 'print "hello\\n"',
    libraryProbe: ['-e', 'print map { "$_\\n" } grep { -d && !m{^/etc/} } @INC'],
  },
  {
    name: 'php',
    file: 'main.php',
    commands: ['php'],
    versionArguments: ['-n', '-r', 'echo PHP_VERSION;'],
    versionPattern: /((\d+\.\d+)\.\d+)/,
    arguments: (script) => ['-n', '-d', 'include_path=.:/braid/modules', script],
    greeting: '<?php echo "hello\\n";',
  },
  {
    name: 'lua',
    file: 'main.lua',
    commands: ['lua*', 'lua'],
    versionArguments: ['-v'],
    versionPattern: /Lua ((\d+\.\d+)\.\d+)/,
    arguments: (script) => ['-e', 'io.stdout:setvbuf("line")', script],
    greeting: 'print("hello")',
  },
]
