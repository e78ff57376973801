import type { Application } from '@braid/contract/application-api.ts'
import Box from '@mui/material/Box'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { fieldOf } from '../../json-form/field.ts'
import { monospace } from '../../theme/theme.ts'

/** The variable that sets a field: BRAID_APP_DOCUMENTS_CHUNK_SIZE. */
const variableOf = (application: string, field: string): string =>
  `BRAID_APP_${application}_${field.replace(/([a-z\d])([A-Z])/g, '$1_$2')}`.replaceAll('-', '_').toUpperCase()

/** What the application is set to, and where each value is set. Secrets are not among them. */
export function Settings({ application }: { readonly application: Application }): ReactNode {
  const { settingsSchema, settings, name } = application
  const field = settingsSchema === undefined ? undefined : fieldOf(settingsSchema)
  if (field?.kind !== 'object' || field.properties.length === 0) return null
  return (
    <Box component="section" aria-label="Settings">
      <Typography variant="h2" sx={{ mb: 1 }}>
        Settings
      </Typography>
      <Paper variant="outlined" component="dl" sx={{ m: 0, p: 0 }}>
        {field.properties.map(({ name: property, field: part }) => (
          <Box
            key={property}
            sx={{
              display: 'grid',
              gap: { xs: 0.5, md: 2 },
              gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 1fr) minmax(0, 1fr)' },
              px: 2,
              py: 1.25,
              '& + &': { borderTop: 1, borderColor: 'divider' },
            }}
          >
            <Box component="dt">
              <Typography variant="body2" sx={{ fontWeight: 600 }}>
                {part.title}
              </Typography>
              <Typography
                variant="caption"
                component="div"
                sx={{ color: 'text.secondary', fontFamily: monospace, overflowWrap: 'anywhere' }}
              >
                {variableOf(name, property)}
              </Typography>
              {part.description !== undefined && (
                <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
                  {part.description}
                </Typography>
              )}
            </Box>
            <Box
              component="dd"
              sx={{ m: 0, fontFamily: monospace, fontSize: '0.8125rem', overflowWrap: 'anywhere' }}
            >
              {settings[property] === undefined ? 'not set, or a secret' : JSON.stringify(settings[property])}
            </Box>
          </Box>
        ))}
      </Paper>
    </Box>
  )
}
