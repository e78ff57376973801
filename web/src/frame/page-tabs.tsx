import Box from '@mui/material/Box'
import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import type { ReactNode } from 'react'

/** The parts of a page that fills the window, one of them shown below its header. */
export function PageTabs<Name extends string>(props: {
  /** What the page is about, in a word. */
  readonly of: string
  readonly labels: Readonly<Record<Name, string>>
  readonly tab: Name
  readonly onTab: (tab: Name) => void
  readonly panelSx: { readonly minHeight: number; readonly overflow?: string; readonly background?: string }
  readonly children: ReactNode
}): ReactNode {
  const { labels, tab } = props
  return (
    <>
      <Tabs
        value={tab}
        onChange={(_, next: Name) => props.onTab(next)}
        aria-label={`Parts of the ${props.of}`}
        sx={{
          px: { xs: 1, md: 3 },
          flexShrink: 0,
          borderBottom: 1,
          borderColor: 'divider',
          background: 'var(--braid-palette-background-paper)',
        }}
      >
        {(Object.keys(labels) as Name[]).map((name) => (
          <Tab key={name} value={name} label={labels[name]} id={`tab-${name}`} aria-controls="page-panel" />
        ))}
      </Tabs>
      <Box role="tabpanel" id="page-panel" aria-labelledby={`tab-${tab}`} sx={{ flex: 1, ...props.panelSx }}>
        {props.children}
      </Box>
    </>
  )
}
