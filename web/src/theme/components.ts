import type { Components, Theme } from '@mui/material/styles'

const focusRing = { outline: '2px solid var(--braid-palette-primary-main)', outlineOffset: 2 }

/** How MUI's parts look here: flat surfaces, hairline borders, one radius, a visible focus ring everywhere. */
export const components: Components<Omit<Theme, 'components'>> = {
  MuiCssBaseline: {
    styleOverrides: {
      'html, body, #root': { height: '100%' },
      body: { WebkitFontSmoothing: 'antialiased', fontVariantNumeric: 'tabular-nums' },
      ':focus-visible': focusRing,
      'a:where(:not([class]))': { color: 'var(--braid-palette-primary-main)' },
      '::selection': { background: 'rgba(var(--braid-palette-primary-mainChannel) / 0.25)' },
    },
  },
  MuiButtonBase: {
    defaultProps: { disableRipple: true },
    styleOverrides: { root: { '&:focus-visible, &.Mui-focusVisible': focusRing } },
  },
  MuiButton: {
    defaultProps: { disableElevation: true },
    styleOverrides: {
      root: { borderRadius: 8, paddingInline: 14, minHeight: 34, whiteSpace: 'nowrap' },
      sizeSmall: { minHeight: 30, paddingInline: 10, fontSize: '0.8125rem' },
      outlined: { borderColor: 'var(--braid-palette-divider)' },
    },
  },
  MuiIconButton: {
    styleOverrides: {
      root: {
        borderRadius: 8,
        '&:not(.MuiIconButton-colorInherit)': { color: 'var(--braid-palette-text-secondary)' },
      },
    },
  },
  MuiPaper: {
    defaultProps: { elevation: 0 },
    styleOverrides: {
      root: { backgroundImage: 'none' },
      outlined: { borderColor: 'var(--braid-palette-divider)' },
    },
  },
  MuiChip: {
    styleOverrides: {
      root: { borderRadius: 6, fontWeight: 550 },
      sizeSmall: { height: 22, fontSize: '0.75rem' },
    },
  },
  MuiTooltip: {
    defaultProps: { arrow: false, enterDelay: 350 },
    styleOverrides: {
      tooltip: { fontSize: '0.75rem', padding: '6px 10px', background: '#22303a', color: '#f1f5f6' },
    },
  },
  MuiTab: {
    styleOverrides: { root: { minHeight: 44, paddingInline: 14, minWidth: 0, fontSize: '0.875rem' } },
  },
  MuiTabs: { styleOverrides: { root: { minHeight: 44 } } },
  MuiTableCell: {
    styleOverrides: {
      root: { borderColor: 'var(--braid-palette-divider)', paddingBlock: 10, fontSize: '0.8438rem' },
      head: {
        color: 'var(--braid-palette-text-secondary)',
        fontWeight: 600,
        fontSize: '0.75rem',
        paddingBlock: 8,
        whiteSpace: 'nowrap',
        background: 'var(--braid-palette-background-paper)',
      },
    },
  },
  MuiDialog: { styleOverrides: { paper: { borderRadius: 12 } } },
  MuiDialogTitle: { styleOverrides: { root: { fontSize: '1.0625rem', fontWeight: 650, paddingBottom: 8 } } },
  MuiDialogActions: { styleOverrides: { root: { padding: '12px 24px 20px' } } },
  MuiTextField: { defaultProps: { size: 'small' } },
  MuiOutlinedInput: {
    styleOverrides: {
      root: { borderRadius: 8, fontSize: '0.875rem', background: 'var(--braid-palette-background-paper)' },
      notchedOutline: { borderColor: 'var(--braid-palette-divider)' },
    },
  },
  MuiAlert: { styleOverrides: { root: { borderRadius: 8 } } },
  MuiLink: { defaultProps: { underline: 'hover' } },
  MuiMenuItem: { styleOverrides: { root: { fontSize: '0.875rem', minHeight: 36 } } },
}
