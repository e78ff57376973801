import type { User } from '@braid/contract/user.ts'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { EditCell } from '../../frame/edit-cell.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { roleTexts } from '../../people/role-text.ts'

/** On a phone the dialog has them. */
const onWideScreens = { display: { xs: 'none', sm: 'table-cell' }, overflowWrap: 'anywhere' }

export function UserTable(props: {
  readonly users: readonly User[]
  /** Name of who looks at it. */
  readonly me: string | undefined
  readonly editable: boolean
  readonly onEdit: (user: User) => void
}): ReactNode {
  return (
    <TableContainer>
      <Table>
        <TableHead>
          <TableRow>
            <TableCell>Name</TableCell>
            <TableCell>Role</TableCell>
            <TableCell sx={onWideScreens}>E-mail</TableCell>
            <TableCell sx={onWideScreens}>Last signed in</TableCell>
            {props.editable && <TableCell />}
          </TableRow>
        </TableHead>
        <TableBody>
          {props.users.map((user) => (
            <TableRow key={user.username} hover>
              <TableCell sx={{ overflowWrap: 'anywhere' }}>
                <Typography variant="body2" sx={{ fontWeight: 600 }}>
                  {user.name}
                  {user.username === props.me && ' (you)'}
                </Typography>
                {user.name !== user.username && (
                  <Typography variant="caption" sx={{ color: 'text.secondary' }}>
                    {user.username}
                  </Typography>
                )}
              </TableCell>
              <TableCell>{roleTexts[user.role].label}</TableCell>
              <TableCell sx={onWideScreens}>{user.email ?? ''}</TableCell>
              <TableCell sx={onWideScreens}>
                {user.lastSignedInAt === undefined ? 'never' : <RelativeTime at={user.lastSignedInAt} />}
              </TableCell>
              {props.editable && <EditCell what={user.username} onEdit={() => props.onEdit(user)} />}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}
