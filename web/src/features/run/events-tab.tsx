import { operationUrl } from '@braid/contract/client.ts'
import type { ProcessEvent } from '@braid/contract/event.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { type ReactNode, useMemo, useState } from 'react'
import { baseUrl } from '../../api/client.ts'
import { ListIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { RelativeTime } from '../../frame/time.tsx'
import type { Frame } from '../../live/instance-view.ts'
import { keptFrames } from '../../live/use-instance.ts'
import { monospace } from '../../theme/theme.ts'
import { type ElementNames, nameOf } from './element-names.ts'
import type { PanelProps } from './panel.ts'

const pageSize = 100

type Entry = {
  readonly id: string
  readonly version: number
  readonly at: number
  readonly event: ProcessEvent
}

/** The element an event is about, if it says so. */
const elementOf = (event: ProcessEvent): string | undefined =>
  'element' in event ? event.element : undefined

function entriesOf(frames: readonly Frame[], selected: string | undefined): readonly Entry[] {
  return frames
    .flatMap(({ version, at, events }) =>
      events.map((event, index) => ({ id: `${version}.${index}`, version, at, event })),
    )
    .filter(({ event }) => selected === undefined || elementOf(event) === selected)
    .reverse()
}

/** The log as it is stored, newest first. */
export function EventsTab({ instance, live, names, selected }: PanelProps): ReactNode {
  const [shown, setShown] = useState(pageSize)
  const entries = useMemo(() => entriesOf(live.frames, selected), [live.frames, selected])
  if (entries.length === 0) return <Empty icon={ListIcon} title="No events" />
  return (
    <Box sx={{ py: 0.5 }}>
      <Box component="ol" aria-label="Events, newest first" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {entries.slice(0, shown).map((entry) => (
          <EventRow key={entry.id} entry={entry} names={names} />
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
          <Link href={eventsUrl(instance.processInstanceKey)} target="_blank" rel="noopener">
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

function EventRow({ entry, names }: { readonly entry: Entry; readonly names: ElementNames }): ReactNode {
  const { type, ...fields } = entry.event
  const element = elementOf(entry.event)
  return (
    <Box component="li" sx={{ '&:hover': { background: 'var(--braid-palette-action-hover)' } }}>
      <Box component="details" sx={{ px: { xs: 2, md: 3 } }}>
        <Box
          component="summary"
          sx={{
            display: 'grid',
            gridTemplateColumns: '52px minmax(150px, 220px) minmax(0, 1fr) auto',
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
          <Typography variant="body2" noWrap sx={{ color: 'text.secondary' }}>
            {element === undefined ? ('flow' in entry.event ? entry.event.flow : '') : nameOf(names, element)}
          </Typography>
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
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
