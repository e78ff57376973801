import type { User } from '@braid/contract/user.ts'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { may, sessionQuery } from '../../api/session.ts'
import { PeopleIcon } from '../../frame/icons.tsx'
import { Failure, LoadingRows, LoadMore } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { CreateUserDialog } from './create-user-dialog.tsx'
import { EditUserDialog } from './edit-user-dialog.tsx'
import { UserTable } from './user-table.tsx'
import { usersQuery } from './users-query.ts'

/** Who may come in, and as what. */
export function UsersPage(): ReactNode {
  const session = useQuery(sessionQuery).data
  const users = useInfiniteQuery(usersQuery)
  const [creating, setCreating] = useState(false)
  const [editing, setEditing] = useState<User>()
  const create = session != null && may(session, 'user:create') && (
    <Button variant="contained" startIcon={<PeopleIcon />} onClick={() => setCreating(true)}>
      New user
    </Button>
  )
  return (
    <Page
      title="Users"
      subtitle="Everybody has one role, which says what they may do."
      actions={create}
      maxWidth={1040}
    >
      <Paper variant="outlined">
        {users.isPending ? (
          <LoadingRows rows={3} />
        ) : users.isError ? (
          <Failure error={users.error} onRetry={users.refetch} />
        ) : (
          <>
            <UserTable
              users={users.data.pages.flatMap(({ items }) => items)}
              me={session?.username}
              editable={session != null && may(session, 'user:update')}
              onEdit={setEditing}
            />
            <LoadMore found={users} />
          </>
        )}
      </Paper>
      {creating && <CreateUserDialog onClose={() => setCreating(false)} />}
      {editing !== undefined && session != null && (
        <EditUserDialog user={editing} session={session} onClose={() => setEditing(undefined)} />
      )}
    </Page>
  )
}
