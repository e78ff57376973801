import { type Grant, permissions } from '@braid/contract/permission.ts'

/** Usual needs as one choice each; finer grants are given through the API. */
export const presets: readonly {
  readonly label: string
  readonly hint: string
  readonly grants: readonly Grant[]
}[] = [
  { label: 'Everything', hint: 'All operations, like an administrator', grants: ['*'] },
  {
    label: 'Work',
    hint: 'Take and answer jobs, publish messages',
    grants: ['job:work', 'job:read', 'message:publish', 'signal:broadcast', 'cluster:read'],
  },
  {
    label: 'Run scripts',
    hint: 'Run the scripts that you see, and read what they give',
    grants: ['execution:create', 'execution:read', 'script:read'],
  },
  {
    label: 'Read',
    hint: 'See everything, change nothing',
    grants: permissions.filter((permission) => permission.endsWith(':read')),
  },
]
