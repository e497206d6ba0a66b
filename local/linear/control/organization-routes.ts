import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { readJson } from '../../stand-in/control.ts';
import { json } from '../../stand-in/http.ts';
import type { Routes } from '../../stand-in/routes.ts';
import type { Linear } from '../linear.ts';
import { seedOrganization } from '../seed/seed-organization.ts';
import { seedVolume } from '../seed/seed-volume.ts';
import { Seeder, seedUser } from '../seed/seeder.ts';
import { theOrganization } from './parameters.ts';

const MAX_SEED = 100_000;
const Amount = z.int().min(0).max(MAX_SEED).default(0);
const Name = z.string().trim().min(1).max(80);
const IssueNumber = z.int().min(1);
const SeedBody = z
  .strictObject({
    teams: Amount,
    projects: Amount,
    issues: Amount,
    blocks: z
      .array(z.tuple([IssueNumber, IssueNumber]))
      .max(MAX_SEED)
      .default([]),
  })
  .refine(({ issues, blocks }) => blocks.flat().every((number) => number <= issues), {
    path: ['blocks'],
    error: 'each number has to be that of a new issue, from 1',
  })
  .refine(({ blocks }) => blocks.every(([blocking, blocked]) => blocking !== blocked), {
    path: ['blocks'],
    error: 'an issue cannot block itself',
  });
const OrganizationBody = z.strictObject({ name: Name });
const UserBody = z.strictObject({ name: Name, admin: z.boolean().default(false) });
const LimitsBody = z.strictObject({
  of: z.enum(['applications', 'keys']).default('applications'),
  requests: z.int().min(1).optional(),
  complexity: z.int().min(1).optional(),
});

/** Organizations, their people, their data in bulk, and their rate limits. */
export const organizationRoutes = (linear: Linear): Routes => {
  const { store, clock, budgets } = linear;
  return {
    'POST /_local/seed': (request) => {
      const volume = SeedBody.parse(readJson(request));
      return json(201, seedVolume(store, clock, theOrganization(linear, request).id, volume));
    },
    'GET /_local/organizations': () =>
      json(200, { organizations: [...store.all('Organization')].map(({ id, name }) => ({ id, name })) }),
    'POST /_local/organizations': (request) => {
      const { name } = OrganizationBody.parse(readJson(request));
      return json(201, { name, ...seedOrganization(store, clock, { name, adminKey: newKey() }) });
    },
    'POST /_local/users': (request) => {
      const { name, admin } = UserBody.parse(readJson(request));
      const { id: organizationId } = theOrganization(linear, request);
      const seeder = new Seeder(organizationId, clock.now());
      const user = seedUser(seeder, name, name.toLowerCase().replaceAll(' ', '.'), admin);
      const key = newKey();
      seeder.add({ set: 'ApiKey', row: { id: key, organizationId, userId: user.id } });
      seeder.commit(store);
      return json(201, { id: user.id, name, admin, key });
    },
    'POST /_local/limits': (request) => {
      const { id } = theOrganization(linear, request);
      const { of, requests, complexity } = LimitsBody.parse(readJson(request));
      budgets.setLimits(id, of, { ...(requests && { requests }), ...(complexity && { complexity }) });
      return json(200, budgets.limits({ organizationId: id, scope: of === 'applications' ? [] : null }));
    },
  };
};

const newKey = (): string => `lin_api_${randomBytes(16).toString('hex')}`;
