import type { Items } from '../../shared/data/planning/items.ts';
import type { Sites } from '../../shared/data/planning/sites.ts';
import type { Texts } from '../../shared/data/planning/texts.ts';
import type { History } from '../../shared/data/workspaces/history.ts';
import type { Claim } from '../../shared/use-cases/features/claim.ts';
import type { FromLinear } from '../../shared/use-cases/features/from-linear.ts';
import type { Release } from '../../shared/use-cases/features/release.ts';
import type { ReportStatus } from '../../shared/use-cases/features/report-status.ts';
import type { ArchiveProject } from '../../shared/use-cases/mirror/archive-project.ts';
import type { RequestSync } from '../../shared/use-cases/mirror/request-sync.ts';
import type { DecideItem } from '../../shared/use-cases/planning/items/decide-item.ts';
import type { AskReading } from '../../shared/use-cases/planning/sessions/ask-reading.ts';
import type { ChangeSession } from '../../shared/use-cases/planning/sessions/change-session.ts';
import type { CreateSession } from '../../shared/use-cases/planning/sessions/create-session.ts';
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
  texts: Texts;
  items: Items;
  createSession: CreateSession;
  changeSession: ChangeSession;
  askReading: AskReading;
  decideItem: DecideItem;
  connectSite: ConnectSite;
  disconnectSite: DisconnectSite;
  now: () => number;
};

/** What a handler gets. */
export type ApiContext = ApiDeps & { authorize: Authorization; document: () => object };
