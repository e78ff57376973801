import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import ButtonBase from '@mui/material/ButtonBase'
import Link from '@mui/material/Link'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { type ReactNode, useState } from 'react'
import { Link as RouterLink } from 'react-router'
import { CallIcon, TimelineIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { useNow } from '../../frame/time.tsx'
import { countText, durationText, exactText } from '../../frame/time-text.ts'
import { nameOf, runName } from '../../history/element-names.ts'
import type { ElementRun, WireKey } from '../../live/instance-view.ts'
import type { PanelProps } from './panel.ts'
import { type MoreRow, runsAtFirst, type TimelineRow, timelineRows } from './timeline.ts'

const columns = { xs: 'minmax(0, 1fr) 148px', md: 'minmax(160px, 380px) minmax(0, 1fr) 148px' } as const
/** So many more runs of a loop each time they are asked for. */
const runsMore = 200
const ticks = [0, 0.25, 0.5, 0.75, 1] as const

/** What happened when: a bar per element instance, indented below its scope. */
export function TimelineTab({ live, names, selected, onSelect }: PanelProps): ReactNode {
  const now = useNow()
  const [runsOf, setRunsOf] = useState<ReadonlyMap<WireKey, number>>(new Map())
  const { rows, left, spanMs } = timelineRows(live.view, now, { selected, runsOf })
  const showMore = (body: WireKey): void =>
    setRunsOf((before) => new Map(before).set(body, (before.get(body) ?? runsAtFirst) + runsMore))
  if (rows.length === 0)
    return (
      <Empty
        icon={TimelineIcon}
        title={selected === undefined ? 'Nothing happened yet' : 'No token was here yet'}
      />
    )
  return (
    <Box sx={{ px: { xs: 2, md: 3 }, py: 1.5 }}>
      {left > 0 && (
        <Typography variant="caption" component="p" sx={{ color: 'text.secondary' }}>
          {left} older element instances are not shown; all of them are in Events.
        </Typography>
      )}
      <Axis spanMs={spanMs} />
      <Box component="ol" aria-label="Element instances" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {rows.map((row) =>
          row.kind === 'more' ? (
            <More
              key={`more ${row.body.key}`}
              row={row}
              name={nameOf(names, row.body.element)}
              onMore={() => showMore(row.body.key)}
            />
          ) : (
            <Row
              key={row.run.key}
              row={row}
              name={runName(row.run.key, live.view, names) ?? row.run.element}
              kind={names.get(row.run.element)?.kind}
              now={now}
              onSelect={() => onSelect(selected === row.run.element ? undefined : row.run.element)}
            />
          ),
        )}
      </Box>
    </Box>
  )
}

function More(props: {
  readonly row: MoreRow
  readonly name: string
  readonly onMore: () => void
}): ReactNode {
  const { row, name, onMore } = props
  return (
    <Box component="li" sx={{ pl: row.depth * 2, py: 0.25, display: 'flex', alignItems: 'center', gap: 1 }}>
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        … and {countText(row.count)} more runs of {name}
      </Typography>
      <Button size="small" onClick={onMore}>
        Show more
      </Button>
    </Box>
  )
}

function Axis({ spanMs }: { readonly spanMs: number }): ReactNode {
  return (
    <Box
      aria-hidden
      sx={{ display: { xs: 'none', md: 'grid' }, gridTemplateColumns: columns, gap: 2, mb: 0.5 }}
    >
      <span />
      <Box sx={{ display: 'flex', justifyContent: 'space-between' }}>
        {ticks.map((tick) => (
          <Typography key={tick} variant="caption" sx={{ color: 'text.secondary', fontSize: '0.6875rem' }}>
            {tick === 0 ? 'start' : `+${durationText(spanMs * tick)}`}
          </Typography>
        ))}
      </Box>
      <span />
    </Box>
  )
}

function toneOf(run: ElementRun): string {
  if (run.incidents > 0) return 'error-main'
  if (run.state === 'active') return 'info-main'
  return run.state === 'completed' ? 'success-main' : 'text-secondary'
}

function Row(props: {
  readonly row: TimelineRow
  readonly name: string
  readonly kind: string | undefined
  readonly now: number
  readonly onSelect: () => void
}): ReactNode {
  const { row, name, kind, now, onSelect } = props
  const { run } = row
  const colour = `var(--braid-palette-${toneOf(run)})`
  const took = durationText((run.endedAt ?? now) - run.startedAt)
  const word = run.incidents > 0 ? 'incident' : run.state
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        gridTemplateColumns: columns,
        columnGap: 2,
        alignItems: 'center',
        minHeight: 30,
      }}
    >
      <RowName run={run} depth={row.depth} name={name} kind={kind} onSelect={onSelect} />
      <Bar row={row} colour={colour} />
      <Typography
        variant="caption"
        sx={{
          color: 'text.secondary',
          display: 'flex',
          justifyContent: 'flex-end',
          gap: 1,
          whiteSpace: 'nowrap',
        }}
      >
        <span>{took}</span>
        <Box component="span" sx={{ minWidth: 66, color: run.state === 'completed' ? 'inherit' : colour }}>
          {word}
        </Box>
      </Typography>
    </Box>
  )
}

function RowName(props: {
  readonly run: ElementRun
  readonly depth: number
  readonly name: string
  readonly kind: string | undefined
  readonly onSelect: () => void
}): ReactNode {
  const { run, depth, name, kind, onSelect } = props
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', minWidth: 0, pl: depth * 2 }}>
      <Tooltip title={kind === undefined ? name : `${name} · ${kind}`} placement="left">
        <ButtonBase
          onClick={onSelect}
          sx={{
            minWidth: 0,
            borderRadius: 0.75,
            px: 0.75,
            ml: -0.75,
            '&:hover': { background: 'var(--braid-palette-action-hover)' },
          }}
        >
          <Typography variant="body2" noWrap sx={{ fontWeight: run.state === 'active' ? 650 : 450 }}>
            {name}
          </Typography>
        </ButtonBase>
      </Tooltip>
      {run.calls !== undefined && (
        <Link
          component={RouterLink}
          to={`/runs/${run.calls}`}
          variant="caption"
          sx={{ ml: 1, display: 'inline-flex', alignItems: 'center', whiteSpace: 'nowrap' }}
        >
          called run <CallIcon sx={{ fontSize: 13 }} />
        </Link>
      )}
    </Box>
  )
}

function Bar({ row, colour }: { readonly row: TimelineRow; readonly colour: string }): ReactNode {
  const { run } = row
  return (
    <Tooltip
      title={`${exactText(run.startedAt)}${run.endedAt === undefined ? '' : ` – ${exactText(run.endedAt)}`}`}
    >
      <Box
        sx={{
          display: { xs: 'none', md: 'block' },
          position: 'relative',
          height: 14,
          borderRadius: 1,
          background: 'var(--braid-palette-action-hover)',
        }}
      >
        <Box
          sx={{
            position: 'absolute',
            left: `${row.from * 100}%`,
            width: `max(4px, ${(row.to - row.from) * 100}%)`,
            maxWidth: `calc(${(1 - row.from) * 100}% + 4px)`,
            height: '100%',
            borderRadius: 1,
            opacity: run.state === 'active' ? 1 : 0.75,
            background:
              run.state === 'active'
                ? `repeating-linear-gradient(115deg, ${colour} 0 8px, color-mix(in srgb, ${colour} 70%, transparent) 8px 14px)`
                : colour,
          }}
        />
      </Box>
    </Tooltip>
  )
}
