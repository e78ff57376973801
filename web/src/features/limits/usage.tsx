import type { RateLimitUsage } from '@braid/contract/rate-limit.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import LinearProgress from '@mui/material/LinearProgress'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useSearchParams } from 'react-router'
import { api } from '../../api/client.ts'
import { ConfirmDialog } from '../../frame/confirm-dialog.tsx'
import { LimitIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { useFailureNotice, useNotices } from '../../frame/notices.tsx'
import { durationText } from '../../frame/time-text.ts'
import { everyLimitQuery, usageQuery } from './limit-queries.ts'
import { overrideWords } from './limit-words.ts'
import { Section } from './section.tsx'
import { UserChooser } from './user-chooser.tsx'

/** What one user has used, as it is now; the address says who. */
export function Usage({ editable }: { readonly editable: boolean }): ReactNode {
  const [parameters, setParameters] = useSearchParams()
  const [forgetting, setForgetting] = useState(false)
  const username = parameters.get('user') ?? undefined
  const choose = (chosen: string | undefined): void =>
    setParameters(chosen === undefined ? {} : { user: chosen }, { replace: true })
  return (
    <Section
      title="Usage"
      about="What a user has used of each limit, as it is now."
      action={
        editable && (
          <Button variant="outlined" onClick={() => setForgetting(true)}>
            Reset all users
          </Button>
        )
      }
    >
      <Paper variant="outlined">
        <Box sx={{ p: 2, pb: 0, maxWidth: 360 }}>
          <UserChooser value={username} onChange={choose} />
        </Box>
        {username === undefined ? (
          <Empty icon={LimitIcon} title="Whose usage?">
            Choose a user to see what they have left.
          </Empty>
        ) : (
          <UsageOf key={username} username={username} editable={editable} />
        )}
      </Paper>
      {forgetting && <ForgetAll onClose={() => setForgetting(false)} />}
    </Section>
  )
}

function UsageOf({
  username,
  editable,
}: {
  readonly username: string
  readonly editable: boolean
}): ReactNode {
  const usage = useQuery(usageQuery(username))
  const reset = useReset()
  if (usage.isPending) return <LoadingRows rows={2} />
  if (usage.isError) return <Failure error={usage.error} onRetry={usage.refetch} />
  const { items, override } = usage.data
  if (items.length === 0) return <Empty icon={LimitIcon} title="No limit is on" />
  return (
    <Box sx={{ p: 2 }}>
      {override !== undefined && (
        <Chip size="small" color="info" label={`Override: ${overrideWords(override)}`} sx={{ mb: 2 }} />
      )}
      <Box
        component="ul"
        aria-label={`Usage of ${username}`}
        sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 2 }}
      >
        {items.map((item) => (
          <Used key={item.rateLimitKey} item={item} />
        ))}
      </Box>
      {editable && (
        <Button
          variant="outlined"
          size="small"
          loading={reset.isPending}
          onClick={() => reset.mutate(username)}
          sx={{ mt: 2.5 }}
        >
          Reset {username}
        </Button>
      )}
    </Box>
  )
}

function Used({ item }: { readonly item: RateLimitUsage }): ReactNode {
  const { name, limit, used, remaining, resetSeconds } = item
  const words = limit === undefined ? 'not limited' : `${used.toLocaleString()} of ${limit.toLocaleString()}`
  const isFull = remaining === 0
  return (
    <Box component="li">
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', columnGap: 1.5 }}>
        <Typography variant="body2" sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
          {name}
        </Typography>
        <Typography variant="body2" sx={{ flex: 1, color: isFull ? 'error.main' : 'text.secondary' }}>
          {words}
        </Typography>
        {used > 0 && (
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            one more in {resetSeconds < 60 ? `${resetSeconds} s` : durationText(resetSeconds * 1_000)}
          </Typography>
        )}
      </Box>
      {limit !== undefined && (
        <LinearProgress
          variant="determinate"
          value={Math.min(100, (used / limit) * 100)}
          color={isFull ? 'error' : 'primary'}
          aria-label={`${name}: ${words}`}
          sx={{ height: 6, borderRadius: 3, mt: 0.75, bgcolor: 'divider' }}
        />
      )}
    </Box>
  )
}

function useReset() {
  const queryClient = useQueryClient()
  const show = useNotices()
  const onError = useFailureNotice()
  return useMutation({
    mutationFn: (username: string) => api.resetRateLimitUsage({ params: { username } }),
    onSuccess: (_, username) => {
      void queryClient.invalidateQueries({ queryKey: everyLimitQuery })
      show({ severity: 'success', text: `${username} begins anew.` })
    },
    onError,
  })
}

function ForgetAll({ onClose }: { readonly onClose: () => void }): ReactNode {
  const queryClient = useQueryClient()
  const reset = useMutation({
    mutationFn: () => api.resetAllRateLimitUsage(),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: everyLimitQuery })
      onClose()
    },
  })
  return (
    <ConfirmDialog
      open
      title="Reset all users?"
      confirm="Reset all"
      keep="Leave it"
      destroys={false}
      pending={reset.isPending}
      error={reset.error}
      onConfirm={() => reset.mutate()}
      onClose={onClose}
    >
      What all users and addresses have used of all limits is forgotten: everybody begins anew.
    </ConfirmDialog>
  )
}
