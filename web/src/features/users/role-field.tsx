import { type Role, role } from '@braid/contract/role.ts'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import type { ReactNode } from 'react'
import { rolesInOrder, roleTexts } from '../../people/role-text.ts'

export function RoleField(props: {
  readonly value: Role
  readonly onChange: (value: Role) => void
  /** Why it can't be changed. */
  readonly fixed?: string | undefined
}): ReactNode {
  return (
    <TextField
      select
      label="Role"
      value={props.value}
      onChange={(event) => props.onChange(role.parse(event.target.value))}
      helperText={props.fixed ?? roleTexts[props.value].hint}
      disabled={props.fixed !== undefined}
    >
      {rolesInOrder.map((each) => (
        <MenuItem key={each} value={each}>
          {roleTexts[each].label}
        </MenuItem>
      ))}
    </TextField>
  )
}
