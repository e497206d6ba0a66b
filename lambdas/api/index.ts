import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { dynamo } from '../../shared/data/client.ts';
import { featuresTable } from '../../shared/data/features.ts';
import { historyTable } from '../../shared/data/history.ts';
import { membershipsTable } from '../../shared/data/memberships.ts';
import { projectsTable } from '../../shared/data/projects.ts';
import { workspacesTable } from '../../shared/data/workspaces.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpHandler } from '../../shared/runtime/http.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { reportStatus } from '../../shared/use-cases/report-status.ts';
import { ApiEnv } from './env.ts';
import { api } from './handler.ts';

// zod/mini brings no messages of its own, and these reach people.
z.config(en());

const env = readEnv(ApiEnv);
const now = Date.now;
const db = dynamo();
const features = featuresTable(db, env.FEATURES_TABLE);

export const handler = httpHandler(
  api({
    workspaces: workspacesTable(db, env.WORKSPACES_TABLE),
    memberships: membershipsTable(db, env.MEMBERSHIPS_TABLE),
    projects: projectsTable(db, env.PROJECTS_TABLE),
    features,
    history: historyTable(db, env.HISTORY_TABLE),
    report: reportStatus({ features, startWork: starter(env.WORK_FUNCTION), now }),
    startSync: starter(env.SYNC_FUNCTION),
    now,
  }),
);
