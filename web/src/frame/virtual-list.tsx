import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'

/** A list of rows of one height, of which only those in sight exist: thousands are no burden. */
export function VirtualList<Item>(props: {
  readonly items: readonly Item[]
  readonly label: string
  readonly keyOf: (item: Item) => string
  /** Pixels. */
  readonly rowHeight: number
  /** Rows may be higher than that, such as wrapped text. */
  readonly measured?: boolean
  /** Stays at the end while rows are added there, as long as the person is there. */
  readonly follow?: boolean
  readonly onEnd?: () => void
  readonly children: (item: Item) => ReactNode
}): ReactNode {
  const { items, keyOf, rowHeight, follow = false, onEnd } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    // The same function while the rows are the same: with a new one, the places of all are worked out again.
    getItemKey: useCallback(
      (index) => {
        const item = items[index]
        return item === undefined ? index : keyOf(item)
      },
      [items, keyOf],
    ),
    overscan: 12,
    ...(follow ? { anchorTo: 'end', followOnAppend: true, scrollEndThreshold: rowHeight } : {}),
  })
  const rows = virtual.getVirtualItems()
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= items.length - 1) onEnd?.()
  }, [last, items.length, onEnd])
  useEffect(() => {
    if (follow) virtual.scrollToEnd()
  }, [follow, virtual])
  return (
    <Box sx={{ position: 'relative', height: '100%' }}>
      <Box
        ref={scroller}
        // Scrolls: in reach of the keyboard.
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) =>
          setAtEnd(scrollTop + clientHeight >= scrollHeight - rowHeight)
        }
        sx={{ height: '100%', overflow: 'auto', '&:focus-visible': { outlineOffset: -2 } }}
      >
        <Box
          component="ol"
          aria-label={props.label}
          sx={{ position: 'relative', listStyle: 'none', m: 0, p: 0, height: virtual.getTotalSize() }}
        >
          {rows.map(({ key, index, start }) => {
            const item = items[index]
            return item === undefined ? null : (
              <Box
                key={String(key)}
                component="li"
                data-index={index}
                aria-setsize={items.length}
                aria-posinset={index + 1}
                {...(props.measured === true ? { ref: virtual.measureElement } : {})}
                sx={{
                  position: 'absolute',
                  inset: '0 0 auto 0',
                  ...(props.measured === true ? { minHeight: rowHeight } : { height: rowHeight }),
                }}
                style={{ transform: `translateY(${start}px)` }}
              >
                {props.children(item)}
              </Box>
            )
          })}
        </Box>
      </Box>
      {follow && !atEnd && (
        <Button
          size="small"
          variant="contained"
          sx={{ position: 'absolute', right: 20, bottom: 12 }}
          onClick={() => virtual.scrollToEnd()}
        >
          To the end
        </Button>
      )}
    </Box>
  )
}
