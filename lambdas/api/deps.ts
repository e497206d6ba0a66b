import type { Sites } from '../../shared/data/planning/sites.ts';
import type { History } from '../../shared/data/workspaces/history.ts';
import type { Claim } from '../../shared/use-cases/features/claim.ts';
import type { FromLinear } from '../../shared/use-cases/features/from-linear.ts';
import type { Release } from '../../shared/use-cases/features/release.ts';
import type { ReportStatus } from '../../shared/use-cases/features/report-status.ts';
import type { ArchiveProject } from '../../shared/use-cases/mirror/archive-project.ts';
import type { RequestSync } from '../../shared/use-cases/mirror/request-sync.ts';
import type { ConnectSite } from '../../shared/use-cases/planning/sites/connect-site.ts';
import type { DisconnectSite } from '../../shared/use-cases/planning/sites/disconnect-site.ts';
import type { ChangeSettings } from '../../shared/use-cases/workspaces/change-settings.ts';
import type { Disconnect } from '../../shared/use-cases/workspaces/disconnect.ts';
import type { HandOver } from '../../shared/use-cases/workspaces/hand-over.ts';
import type { WithLinear } from '../../shared/use-cases/workspaces/with-linear.ts';
import type { Authorization, Stores } from './authorization.ts';

export type ApiDeps = Stores & {
  history: History;
  report: ReportStatus;
  claim: Claim;
  fromLinear: FromLinear;
  linear: WithLinear;
  release: Release;
  changeSettings: ChangeSettings;
  disconnect: Disconnect;
  handOver: HandOver;
  requestSync: RequestSync;
  archiveProject: ArchiveProject;
  sites: Sites;
  connectSite: ConnectSite;
  disconnectSite: DisconnectSite;
  now: () => number;
};

/** What a handler gets. */
export type ApiContext = ApiDeps & { authorize: Authorization; document: () => object };
