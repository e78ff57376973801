import { operationUrl } from '@braid/contract/client.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { type ReactNode, useMemo, useState } from 'react'
import { baseUrl } from '../api/client.ts'
import { ListIcon } from '../frame/icons.tsx'
import { Empty } from '../frame/list-states.tsx'
import { RelativeTime } from '../frame/time.tsx'
import { keptFrames, type LiveInstance } from '../live/use-instance.ts'
import { monospace } from '../theme/theme.ts'
import type { ElementNames } from './element-names.ts'
import { type LoggedEvent, loggedEvents } from './logged-events.ts'

const pageSize = 100

/** The log of a process instance as it is stored, newest first. */
export function EventList(props: {
  readonly processInstanceKey: string
  readonly live: LiveInstance
  readonly names: ElementNames
  /** Only events of this element. */
  readonly selected: string | undefined
}): ReactNode {
  const { processInstanceKey, live, names, selected } = props
  const [shown, setShown] = useState(pageSize)
  const { frames, view } = live
  const events = useMemo(() => loggedEvents(frames, view, names).toReversed(), [frames, view, names])
  const entries = events.filter(({ element }) => selected === undefined || element === selected)
  if (entries.length === 0) return <Empty icon={ListIcon} title="No events" />
  return (
    <Box sx={{ py: 0.5 }}>
      <Box component="ol" aria-label="Events, newest first" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {entries.slice(0, shown).map((entry) => (
          <EventRow key={entry.id} entry={entry} />
        ))}
      </Box>
      {entries.length > shown && (
        <Box sx={{ p: 2, textAlign: 'center' }}>
          <Button size="small" variant="outlined" onClick={() => setShown(shown + pageSize)}>
            Show older events
          </Button>
        </Box>
      )}
      {live.frames.length >= keptFrames && entries.length <= shown && (
        <Typography variant="caption" component="p" sx={{ px: 3, color: 'text.secondary' }}>
          Only the newest commits are kept here; the{' '}
          <Link href={eventsUrl(processInstanceKey)} target="_blank" rel="noopener">
            API has the whole log
          </Link>
          .
        </Typography>
      )}
    </Box>
  )
}

const eventsUrl = (processInstanceKey: string): string =>
  operationUrl(baseUrl, 'getProcessInstanceEvents', { params: { processInstanceKey } })

function EventRow({ entry }: { readonly entry: LoggedEvent }): ReactNode {
  const { type, ...fields } = entry.event
  return (
    <Box component="li" sx={{ '&:hover': { background: 'var(--braid-palette-action-hover)' } }}>
      <Box component="details" sx={{ px: { xs: 2, md: 3 } }}>
        <Box
          component="summary"
          sx={{
            display: 'grid',
            gridTemplateColumns: {
              xs: '44px minmax(0, 1fr) auto',
              md: '52px minmax(150px, 220px) minmax(0, 1fr) auto',
            },
            gap: 1.5,
            alignItems: 'baseline',
            py: 0.6,
            cursor: 'pointer',
          }}
        >
          <Typography variant="caption" sx={{ color: 'text.secondary', fontFamily: monospace }}>
            {entry.id}
          </Typography>
          <Typography variant="body2" sx={{ fontWeight: 550 }}>
            {type}
          </Typography>
          <Typography
            variant="body2"
            noWrap
            sx={{
              color: 'text.secondary',
              gridColumn: { xs: '2 / -1', md: 'auto' },
              order: { xs: 1, md: 0 },
            }}
          >
            {entry.about}
          </Typography>
          <Typography variant="caption" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
            <RelativeTime at={entry.at} />
          </Typography>
        </Box>
        <Box
          component="pre"
          sx={{
            m: 0,
            mb: 1,
            ml: 8,
            p: 1.5,
            borderRadius: 1,
            overflow: 'auto',
            fontFamily: monospace,
            fontSize: '0.75rem',
            background: 'var(--braid-palette-background-default)',
          }}
        >
          {JSON.stringify(fields, null, 2)}
        </Box>
      </Box>
    </Box>
  )
}
