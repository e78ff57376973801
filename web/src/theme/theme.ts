import { createTheme } from '@mui/material/styles'
import { components } from './components.ts'

const sans = [
  'Inter',
  '-apple-system',
  'BlinkMacSystemFont',
  '"Segoe UI"',
  'Roboto',
  '"Helvetica Neue"',
  'Arial',
  'sans-serif',
].join(',')

export const monospace = [
  'ui-monospace',
  '"SF Mono"',
  '"JetBrains Mono"',
  'Menlo',
  'Consolas',
  '"Liberation Mono"',
  'monospace',
].join(',')

/**
 * Petrol for what is alive and for actions, amber for what waits for people, green for done, red for broken. Colour
 * only repeats what a word or an icon says.
 */
export const theme = createTheme({
  cssVariables: { cssVarPrefix: 'braid', colorSchemeSelector: 'data-scheme' },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: '#0f6075', light: '#2f8398', dark: '#0a4656', contrastText: '#ffffff' },
        secondary: { main: '#5b6770', contrastText: '#ffffff' },
        info: { main: '#0f6f8c' },
        success: { main: '#26764a' },
        warning: { main: '#a4660a' },
        error: { main: '#bd3027' },
        background: { default: '#f5f6f5', paper: '#ffffff' },
        text: { primary: '#18222a', secondary: '#566169' },
        divider: '#e1e5e4',
        action: { hover: 'rgba(20, 45, 55, 0.045)', selected: 'rgba(15, 96, 117, 0.09)' },
      },
    },
    dark: {
      palette: {
        primary: { main: '#6cc3d5', light: '#9bdbe7', dark: '#3f9bb0', contrastText: '#06222a' },
        secondary: { main: '#9aa7ae', contrastText: '#0d1316' },
        info: { main: '#6cc3d5' },
        success: { main: '#6fc792' },
        warning: { main: '#e9b25c' },
        error: { main: '#f0857b' },
        background: { default: '#0e1417', paper: '#151d21' },
        text: { primary: '#e6ecee', secondary: '#9dabb2' },
        divider: '#273237',
        action: { hover: 'rgba(200, 230, 240, 0.06)', selected: 'rgba(108, 195, 213, 0.14)' },
      },
    },
  },
  shape: { borderRadius: 8 },
  typography: {
    fontFamily: sans,
    fontSize: 14,
    h1: { fontSize: '1.5rem', fontWeight: 650, letterSpacing: '-0.015em', lineHeight: 1.25 },
    h2: { fontSize: '1.0625rem', fontWeight: 650, letterSpacing: '-0.005em', lineHeight: 1.35 },
    h3: { fontSize: '0.9375rem', fontWeight: 600, lineHeight: 1.4 },
    body1: { fontSize: '0.9375rem', lineHeight: 1.55 },
    body2: { fontSize: '0.8438rem', lineHeight: 1.5 },
    caption: { fontSize: '0.7656rem', lineHeight: 1.45 },
    button: { textTransform: 'none', fontWeight: 600, letterSpacing: 0 },
    overline: { fontSize: '0.6875rem', fontWeight: 650, letterSpacing: '0.06em', lineHeight: 1.6 },
  },
  components,
})
