import type { ApiKey } from '@braid/contract/access.ts'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../../api/client.ts'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { KeyIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { useFailureNotice } from '../../frame/notices.tsx'
import { Page } from '../../frame/page.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import { CreateKeyDialog } from './create-key-dialog.tsx'

const keysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => api.listApiKeys({ signal }),
})

/** Keys for programs: workers, scripts, other systems. */
export function AccessKeysPage(): ReactNode {
  const keys = useQuery(keysQuery)
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<ApiKey>()
  const create = (
    <Button variant="contained" startIcon={<KeyIcon />} onClick={() => setCreating(true)}>
      New key
    </Button>
  )
  return (
    <Page
      title="Access keys"
      subtitle="With a key, programs use the API: workers, scripts, other systems."
      actions={create}
      maxWidth={1040}
    >
      <Paper variant="outlined">
        {keys.isPending ? (
          <LoadingRows rows={3} />
        ) : keys.isError ? (
          <Failure error={keys.error} onRetry={keys.refetch} />
        ) : keys.data.items.length === 0 ? (
          <Empty icon={KeyIcon} title="No keys yet">
            A key is sent as “Authorization: Bearer …”. Its secret is shown once, when it is made.
          </Empty>
        ) : (
          <KeyTable keys={keys.data.items} onRevoke={setRevoking} />
        )}
      </Paper>
      {creating && <CreateKeyDialog onClose={() => setCreating(false)} />}
      {revoking !== undefined && <Revocation apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </Page>
  )
}

function KeyTable(props: {
  readonly keys: readonly ApiKey[]
  readonly onRevoke: (key: ApiKey) => void
}): ReactNode {
  return (
    <TableContainer>
      <Table>
        <TableHead>
          <TableRow>
            <TableCell>Name</TableCell>
            <TableCell>May</TableCell>
            <TableCell>Created</TableCell>
            <TableCell>Last used</TableCell>
            <TableCell />
          </TableRow>
        </TableHead>
        <TableBody>
          {props.keys.map((key) => (
            <TableRow key={key.apiKeyId}>
              <TableCell sx={{ fontWeight: 600 }}>{key.name}</TableCell>
              <TableCell>{key.grants.includes('*') ? 'everything' : key.grants.join(', ')}</TableCell>
              <TableCell>
                <RelativeTime at={key.createdAt} /> by {key.createdBy}
              </TableCell>
              <TableCell>
                {key.lastUsedAt === undefined ? 'never' : <RelativeTime at={key.lastUsedAt} />}
              </TableCell>
              <TableCell align="right">
                <Button size="small" color="error" onClick={() => props.onRevoke(key)}>
                  Revoke
                </Button>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}

function Revocation({
  apiKey,
  onClose,
}: {
  readonly apiKey: ApiKey
  readonly onClose: () => void
}): ReactNode {
  const queryClient = useQueryClient()
  const onError = useFailureNotice()
  const revoke = useMutation({
    mutationFn: () => api.revokeApiKey({ params: { apiKeyId: apiKey.apiKeyId } }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: keysQuery.queryKey })
      onClose()
    },
    onError,
  })
  return (
    <ConfirmDialog
      open
      title={`Revoke “${apiKey.name}”?`}
      confirm="Revoke the key"
      keep="Keep it"
      pending={revoke.isPending}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      Programs that use this key are refused from now on. This can’t be undone.
    </ConfirmDialog>
  )
}
