import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { database } from '../../shared/composition/database.ts';
import { ingestion } from '../../shared/composition/ingestion.ts';
import { linearAccess } from '../../shared/composition/linear-access.ts';
import { leasesTable } from '../../shared/data/schedule/leases.ts';
import { membershipsTable } from '../../shared/data/workspaces/memberships.ts';
import { ownership } from '../../shared/data/workspaces/ownership.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpHandler } from '../../shared/runtime/http.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { CommentKey, secret } from '../../shared/runtime/secrets.ts';
import { claim } from '../../shared/use-cases/features/claim.ts';
import { fromLinear } from '../../shared/use-cases/features/from-linear.ts';
import { release } from '../../shared/use-cases/features/release.ts';
import { reportStatus } from '../../shared/use-cases/features/report-status.ts';
import { archiveProject } from '../../shared/use-cases/mirror/archive-project.ts';
import { requestSync } from '../../shared/use-cases/mirror/request-sync.ts';
import { startSync } from '../../shared/use-cases/mirror/run-syncs.ts';
import { kick } from '../../shared/use-cases/schedule/kick.ts';
import { changeSettings } from '../../shared/use-cases/workspaces/change-settings.ts';
import { disconnect } from '../../shared/use-cases/workspaces/disconnect.ts';
import { handOver } from '../../shared/use-cases/workspaces/hand-over.ts';
import { revokeEnded } from '../../shared/use-cases/workspaces/revoke-ended.ts';
import { ApiEnv } from './env.ts';
import { api } from './handler.ts';

// zod/mini has no error messages of its own, and callers read them.
z.config(en());

const env = readEnv(ApiEnv);
const now = Date.now;
const db = database();
const { workspaces, history, vault, oauth, linear } = linearAccess(db, env, now);
const { projects, features, routes, apply } = ingestion(db, env, { workspaces, now });
const commentKey = secret(env.COMMENT_KEY_SECRET_ARN, CommentKey);
const startWork = kick({ start: starter(env.WORK_FUNCTION), now });

export const handler = httpHandler(
  api({
    workspaces,
    memberships: membershipsTable(db, env.MEMBERSHIPS_TABLE),
    projects,
    features,
    history,
    changeSettings: changeSettings({ workspaces, linear, now }),
    handOver: handOver({
      ownership: ownership(db, { workspaces: env.WORKSPACES_TABLE, memberships: env.MEMBERSHIPS_TABLE }),
      history,
      now,
    }),
    disconnect: disconnect({
      workspaces,
      history,
      revokeEnded: revokeEnded({ workspaces, history, vault, oauth, now }),
      now,
    }),
    report: reportStatus({ features, commentKey: async () => (await commentKey()).key, startWork, now }),
    linear,
    fromLinear: fromLinear({
      features,
      routes,
      apply,
      linear,
      startWork,
      now,
    }),
    claim: claim({ features, startWork, now }),
    release: release({ features, startWork, now }),
    requestSync: requestSync({
      workspaces,
      projects,
      history,
      startSync: startSync({
        leases: leasesTable(db, env.LEASES_TABLE),
        invoke: starter(env.SYNC_FUNCTION),
        now,
      }),
      now,
    }),
    archiveProject: archiveProject({ workspaces, projects, now }),
    now,
  }),
);
