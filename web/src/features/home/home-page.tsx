import Box from '@mui/material/Box'
import type { ReactNode } from 'react'
import { DeployResult } from '../../deploy/deploy-result.tsx'
import { DropZone } from '../../deploy/drop-zone.tsx'
import { useDeploy } from '../../deploy/use-deploy.ts'
import { Page } from '../../frame/page.tsx'
import { Activity } from './activity.tsx'
import { Numbers } from './numbers.tsx'
import { QuickStart } from './quick-start.tsx'
import { RecentFailures } from './recent-failures.tsx'

/** Am I fine, and what next? */
export function HomePage(): ReactNode {
  const deploy = useDeploy()
  return (
    <Page title="Home">
      <DropZone onFiles={deploy.deploy} />
      <Numbers />
      <DeployResult outcome={deploy.outcome} onDismiss={deploy.dismiss} />
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 340px' },
          gap: 3,
          alignItems: 'start',
        }}
      >
        <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 3 }}>
          <RecentFailures />
          <Activity />
        </Box>
        <QuickStart deploy={deploy} />
      </Box>
    </Page>
  )
}
