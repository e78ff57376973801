import type { RateLimit } from '@braid/contract/rate-limit.ts'
import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { may, sessionQuery } from '../../api/session.ts'
import { AddIcon, LimitIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { LimitDialog } from './limit-dialog.tsx'
import { limitsQuery } from './limit-queries.ts'
import { LimitTable } from './limit-table.tsx'
import { Overrides } from './overrides.tsx'
import { Usage } from './usage.tsx'

/** How much the API takes of one user. */
export function LimitsPage(): ReactNode {
  const session = useQuery(sessionQuery).data
  const limits = useQuery(limitsQuery)
  const [adding, setAdding] = useState(false)
  const [editing, setEditing] = useState<RateLimit>()
  const editable = session != null && may(session, 'rate-limit:update')
  return (
    <Page
      title="Limits"
      subtitle="How many requests one user may send; where nobody is signed in, one address."
      actions={
        editable && (
          <Button variant="contained" startIcon={<AddIcon />} onClick={() => setAdding(true)}>
            New limit
          </Button>
        )
      }
      maxWidth={1040}
    >
      {limits.data !== undefined && <Scope {...limits.data} />}
      <Paper variant="outlined">
        {limits.isPending ? (
          <LoadingRows rows={3} />
        ) : limits.isError ? (
          <Failure error={limits.error} onRetry={limits.refetch} />
        ) : limits.data.items.length === 0 ? (
          <Empty icon={LimitIcon} title="No limits">
            Everybody may send as many requests as they like.
          </Empty>
        ) : (
          <LimitTable limits={limits.data.items} editable={editable} onEdit={setEditing} />
        )}
      </Paper>
      {limits.isSuccess && (
        <>
          <Overrides limits={limits.data.items} editable={editable} />
          <Usage editable={editable} />
        </>
      )}
      {adding && <LimitDialog onClose={() => setAdding(false)} />}
      {editing !== undefined && <LimitDialog limit={editing} onClose={() => setEditing(undefined)} />}
    </Page>
  )
}

/** Who counts, and whether anybody does. */
function Scope({
  scope,
  active,
}: {
  readonly scope: 'cluster' | 'node'
  readonly active: boolean
}): ReactNode {
  if (!active) {
    return (
      <Alert severity="warning" sx={{ mb: 2 }}>
        The node that you are connected to limits nobody: BRAID_RATE_LIMITS is off.
      </Alert>
    )
  }
  return (
    <Typography variant="body2" sx={{ color: 'text.secondary', mb: 1.5 }}>
      {scope === 'cluster'
        ? 'All nodes count together, in Redis.'
        : 'Each node counts for itself: there is no Redis, or it does not answer. Several nodes let more pass.'}
    </Typography>
  )
}
