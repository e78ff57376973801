import { type Role, roles } from '@braid/contract/role.ts'

/** What a role is called, and what it is for. */
export const roleTexts: Readonly<Record<Role, { readonly label: string; readonly hint: string }>> = {
  user: { label: 'User', hint: 'Does tasks, starts processes, looks on' },
  operator: { label: 'Operator', hint: 'Repairs, moves, stops and removes runs, too' },
  developer: { label: 'Developer', hint: 'Deploys processes, saves scripts, runs workers' },
  administrator: { label: 'Administrator', hint: 'May do everything, gives accounts and access keys' },
}

/** From the least to the most. */
export const rolesInOrder: readonly Role[] = [...roles].sort(
  (a, b) => Object.keys(roleTexts).indexOf(a) - Object.keys(roleTexts).indexOf(b),
)
