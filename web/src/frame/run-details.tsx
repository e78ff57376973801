import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import type { ReactNode } from 'react'

type Value = number | string
type Size = Value | { readonly xs: Value; readonly md: Value }

/** The parts of a run below its drawing, one of them shown. */
export function RunDetails<Name extends string>(props: {
  readonly labels: Readonly<Record<Name, ReactNode>>
  readonly tab: Name
  readonly onTab: (tab: Name) => void
  /** Title of what is selected in the drawing: only its part is shown. */
  readonly only: string | undefined
  readonly onShowAll: () => void
  /** Of the height, where drawing and details share the window. */
  readonly share: string
  /** Of the chip, on a phone. */
  readonly chipWidth: number
  readonly panelSx: { readonly flex: Size; readonly height?: Size; readonly minHeight: Size }
  readonly children: ReactNode
}): ReactNode {
  const { labels, tab, only } = props
  return (
    <Box
      component="section"
      aria-label="Details of the run"
      sx={{
        flex: { md: `1 1 ${props.share}` },
        minHeight: { md: 240 },
        display: 'flex',
        flexDirection: 'column',
        borderTop: 1,
        borderColor: 'divider',
        background: 'var(--braid-palette-background-paper)',
      }}
    >
      <Box
        sx={{ display: 'flex', alignItems: 'center', borderBottom: 1, borderColor: 'divider', px: { md: 1 } }}
      >
        <Tabs
          value={tab}
          onChange={(_, next: Name) => props.onTab(next)}
          variant="scrollable"
          scrollButtons="auto"
          allowScrollButtonsMobile
          aria-label="Details"
          sx={{ flex: 1, minWidth: 0 }}
        >
          {(Object.keys(labels) as Name[]).map((name) => (
            <Tab key={name} value={name} id={`tab-${name}`} aria-controls="run-panel" label={labels[name]} />
          ))}
        </Tabs>
        {only !== undefined && (
          <Chip
            size="small"
            color="primary"
            variant="outlined"
            label={`Only ${only}`}
            onDelete={props.onShowAll}
            sx={{ mx: 1, maxWidth: { xs: props.chipWidth, md: 280 } }}
          />
        )}
      </Box>
      <Box
        role="tabpanel"
        id="run-panel"
        aria-labelledby={`tab-${tab}`}
        sx={{ overflow: 'auto', ...props.panelSx }}
      >
        {props.children}
      </Box>
    </Box>
  )
}
